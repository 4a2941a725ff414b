"""Incremental equals full refresh, in every mart and every kept table, to the last row.

After each batch, and after as-of has moved forth or back, the warehouse is copied and the copy
built anew from nothing: both must hold the same rows. `HANDOFF_INCREMENTAL_RUNS` says how many
worlds, `HANDOFF_INCREMENTAL_SEED` where to begin.
"""

import json
import os
import shutil
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from unittest.mock import patch

import duckdb
import pytest

from handoff import build
from handoff.home import PROJECT_DIR
from warehouse import Warehouse
from worlds import Pack, pack
from worlds.packs import Batch, latecomers

RUNS = int(os.environ.get("HANDOFF_INCREMENTAL_RUNS", "1"))
FIRST_SEED = int(os.environ.get("HANDOFF_INCREMENTAL_SEED", "0"))
WORLDS = 25
START = datetime.fromisoformat("2026-03-02 09:00:00")
KEPT = sorted(
    path.stem
    for path in (PROJECT_DIR / "models").rglob("*.sql")
    if "materialized='incremental'" in path.read_text(encoding="utf-8")
)


@pytest.fixture(scope="module")
def parsed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where dbt keeps what it has parsed: the models are the same in every warehouse."""
    return tmp_path_factory.mktemp("dbt")


def contents(home: Path) -> dict[str, Counter]:
    """Every row of every mart and every kept table."""
    with duckdb.connect(str(home / "work.duckdb"), read_only=True) as connection:
        connection.execute("set TimeZone='UTC'")
        tables = connection.execute(
            "select table_schema, table_name from information_schema.tables"
            " where table_schema = 'marts' or table_name in (select unnest(?))",
            [KEPT],
        ).fetchall()
        assert {name for _, name in tables} >= set(KEPT)
        return {
            table: Counter(connection.execute(f"select * from {schema}.{table}").fetchall())
            for schema, table in tables
        }


def equals_full_refresh(warehouse: Warehouse, as_of: datetime, moment: str) -> None:
    """Fail with the rows that only one of the two ways has."""
    kept = contents(warehouse.home)
    copy = warehouse.folder / "full"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(warehouse.home, copy, ignore=shutil.ignore_patterns("dbt", "runs"))
    anew = Warehouse(warehouse.folder / "anew", warehouse.definition, parsed=warehouse.parsed)
    if (given := warehouse.folder / "definition" / "vars.yml").exists():
        shutil.copy(given, anew.folder / "definition")
    shutil.rmtree(anew.home)
    copy.rename(anew.home)
    (anew.home / "dbt").symlink_to(warehouse.parsed)
    anew.build(as_of, full_refresh=True)
    full = contents(anew.home)
    shutil.rmtree(anew.folder)
    wrong = {
        table: {"only kept": kept[table] - full[table], "only anew": full[table] - kept[table]}
        for table in full
        if kept[table] != full[table]
    }
    assert not wrong, f"{moment}: {wrong}"


def stop(warehouse: Warehouse, as_of: datetime, model: str) -> None:
    """Begin a build that ends with one model and what it is made of, as if killed there."""
    arguments: Callable[..., list[str]] = build._arguments
    chosen = ["--select", f"+{model}", "--exclude-resource-type", "test"]
    with (
        patch.object(build, "_arguments", lambda *given: [*arguments(*given), *chosen]),
        pytest.raises(AssertionError, match="dbt built no mart"),
    ):
        warehouse.build(as_of)


def other_moment(drawn: Pack) -> datetime:
    """A moment between the first and the last event of the worlds, before as-of."""
    moments = sorted(
        row["occurred_at"]
        for batch in drawn.batches
        for rows in batch.files.get("events", [])
        for row in rows
    )
    return moments[len(moments) // 2]


@pytest.mark.parametrize("seed", range(FIRST_SEED, FIRST_SEED + RUNS))
def test_every_table_is_as_if_built_anew(seed: int, tmp_path: Path, parsed: Path):
    drawn = pack(seed, WORLDS, batches=2)
    warehouse = Warehouse(tmp_path, drawn.definition, parsed=parsed)
    batches = [drawn.batches[0], *latecomers(drawn.batches[1], seed)]
    for number, batch in enumerate(batches, start=1):
        warehouse.add(batch)
        warehouse.build(drawn.as_of)
        if number > 1:
            equals_full_refresh(warehouse, drawn.as_of, f"seed {seed}, batch {number}")
    for as_of in (other_moment(drawn), drawn.last_as_of):
        warehouse.build(as_of)
        equals_full_refresh(warehouse, as_of, f"seed {seed}, as of {as_of}")


@pytest.mark.parametrize("model", ["fct_score_ledger", "int_scores_without_rules"])
def test_what_a_stopped_run_left_is_not_believed(model: str, tmp_path: Path, parsed: Path):
    drawn = pack(FIRST_SEED + 1, WORLDS, batches=1)
    warehouse = Warehouse(tmp_path, drawn.definition, parsed=parsed)
    warehouse.add(drawn.batches[0])
    warehouse.build(drawn.as_of)
    stop(warehouse, other_moment(drawn), model)
    warehouse.build(drawn.as_of)
    equals_full_refresh(warehouse, drawn.as_of, f"after a stop at another as-of, in {model}")


def test_what_a_run_under_another_agreement_left_is_not_believed(tmp_path: Path, parsed: Path):
    drawn, other = pack(FIRST_SEED + 2, WORLDS, batches=1), pack(FIRST_SEED + 3, 1, batches=1)
    warehouse = Warehouse(tmp_path, drawn.definition, parsed=parsed)
    warehouse.add(drawn.batches[0])
    warehouse.build(drawn.as_of)
    agreed = tmp_path / "definition"
    agreed.rename(tmp_path / "agreed")
    Warehouse(tmp_path, other.definition)
    stop(warehouse, drawn.as_of, "fct_score_ledger")
    shutil.rmtree(agreed)
    (tmp_path / "agreed").rename(agreed)
    warehouse.build(drawn.as_of)
    equals_full_refresh(warehouse, drawn.as_of, "after a stop under another agreement")


def test_vars_that_kept_tables_read_make_everything_new(tmp_path: Path, parsed: Path):
    drawn = pack(FIRST_SEED, WORLDS, batches=1)
    warehouse = Warehouse(tmp_path, drawn.definition, parsed=parsed)
    warehouse.add(drawn.batches[0])
    warehouse.build(drawn.last_as_of)
    before = contents(warehouse.home)
    given = "rule_landmark_days: 2\nattribution_half_life_days: 1\n"
    (tmp_path / "definition" / "vars.yml").write_text(given, encoding="utf-8")
    warehouse.build(drawn.last_as_of)
    after = contents(warehouse.home)
    assert all(before[name] != after[name] for name in ("int_lead_fates", "int_attribution_shares"))
    equals_full_refresh(warehouse, drawn.last_as_of, "after a change of vars")


def test_a_run_whose_claims_broke_is_asked_again(tmp_path: Path, parsed: Path):
    """Claims about kept tables ask about the leads of their run alone: the next must have them."""
    drawn = pack(FIRST_SEED, WORLDS, batches=2)
    first, second = drawn.batches
    warehouse = Warehouse(tmp_path, drawn.definition, parsed=parsed)
    warehouse.add(first)
    warehouse.build(drawn.as_of)
    lead = first.files["leads"][0][0]
    deal = {"lead_id": lead["lead_id"], "created_at": drawn.as_of, "amount": 1}
    mixed = [
        deal | {"opportunity_id": f"deal {currency}", "currency": currency}
        for currency in ("EUR", "USD")
    ]
    warehouse.add(Batch({**second.files, "opportunities": [mixed]}))
    before = warehouse.rows("refresh_state")
    for _ in range(2):
        with pytest.raises(AssertionError, match="money_is_in_one_currency"):
            warehouse.build(drawn.as_of)
        assert warehouse.rows("refresh_state") == before
        assert {"lead_id": lead["lead_id"]} in warehouse.rows("int_touched_leads")


def mail(lead_id: str, day: float, event_type: str, email_id: str) -> dict:
    """One e-mail sent to a lead, or opened by it, so many days after the start."""
    return {
        "event_id": f"{lead_id} {event_type} {email_id}",
        "occurred_at": START + timedelta(days=day),
        "event_type": event_type,
        "lead_id": lead_id,
        "properties": json.dumps({"email_id": email_id}),
    }


def test_an_email_sent_moves_only_who_was_told_of_a_streak_since(tmp_path: Path, parsed: Path):
    leads = [
        {"lead_id": lead_id, "created_at": START}
        for lead_id in ("sent late", "sent at last", "opened before", "in order")
    ]
    first = [
        mail(lead["lead_id"], day + late, event_type, f"m{day}")
        for lead in leads
        for day in range(4)
        for late, event_type in ((0, "email_sent"), (0.1, "email_opened"))
    ]
    first.append(mail("opened before", 5, "email_opened", "m9"))
    second = [
        mail("sent late", 1.5, "email_sent", "m9"),
        mail("sent at last", 3.1, "email_sent", "m9"),
        mail("opened before", 6, "email_sent", "m9"),
        mail("in order", 6, "email_sent", "m9"),
    ]
    warehouse = Warehouse(tmp_path, None, parsed=parsed)
    as_of = START + timedelta(days=30)
    warehouse.add(Batch({"leads": [leads], "events": [first]}))
    warehouse.build(as_of)
    warehouse.add(Batch({"events": [second]}))
    warehouse.build(as_of)
    names = {row["lead_key"]: row["lead_id"] for row in warehouse.rows("int_leads")}
    streaks = {
        lead_id: sorted(
            int(row["value"])
            for row in warehouse.rows("int_email_open_streaks")
            if names[row["lead_key"]] == lead_id
        )
        for lead_id in ("sent late", "sent at last", "opened before", "in order")
    }
    assert streaks == {
        "sent late": [1, 1, 2, 2],
        "sent at last": [1, 2, 3, 4],
        "opened before": [1, 2, 3, 4, 5],
        "in order": [],  # not recomputed: what it was told stands
    }
    equals_full_refresh(warehouse, as_of, "after e-mails sent late")
