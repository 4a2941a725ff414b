"""The benchmark measures what it says, and its floor computes the figures that the marts hold."""

import json
import shutil
from collections import Counter
from pathlib import Path

import duckdb
import pytest

from demo import AS_OF, generate
from handoff.audit import AuditResult, audit
from handoff.bench import floor, plan
from handoff.bench.command import sizes_of
from handoff.bench.measure import _facts
from handoff.bench.news import LATE_DAYS, make_news
from handoff.bench.plan import AS_OF as BENCH_AS_OF
from handoff.bench.skew import Skew, add_skew
from handoff.cli import main
from handoff.errors import UsageError
from handoff.home import Home


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The demo company with a heavy lead, a bot and a crowd, built; copies of it are audited."""
    folder = tmp_path_factory.mktemp("bench")
    landing, home = generate(folder / "landing"), Home.at(folder / "home")
    add_skew(landing, Skew(heavy_events=8_000, bot_events=2_000, crowd_leads=500))
    at_home = ["--home", str(home.path)]
    assert main(["load", "--landing", str(landing), *at_home]) == 0
    assert main(["build", "--as-of", AS_OF, *at_home]) == 0
    return home


def test_the_floor_gives_every_score_and_mql_date_of_the_marts(built: Home, tmp_path: Path):
    floor.scores(built.work_db, AS_OF, tmp_path / "floor.duckdb")
    with duckdb.connect(":memory:") as connection:
        connection.execute(f"attach '{built.work_db}' as work (read_only)")
        connection.execute(f"attach '{tmp_path / 'floor.duckdb'}' as floor (read_only)")
        quick = connection.execute(
            "select definition_id, lead_id, fit, intent, product, first_qualified_at"
            " from floor.scores"
        ).fetchall()
        slow = connection.execute(
            "select scores.definition_id, scores.lead_id, cast(fit_score * 100 as bigint),"
            " cast(intent_score * 100 as bigint), cast(product_score * 100 as bigint),"
            " first_qualified_at from work.marts.fct_lead_scores as scores"
        ).fetchall()
        leads = {
            lead_id
            for (lead_id,) in connection.execute(
                "select lead_id from work.marts.dim_leads"
            ).fetchall()
        }
    # The floor takes no notice of leads that were deleted.
    assert Counter(row for row in quick if row[1] in leads) == Counter(slow)
    assert any(row[5] for row in slow)


def _audited_with(statement: str, built: Home, folder: Path) -> AuditResult:
    """Audit a copy of the marts that a statement has changed."""
    home = Home.at(folder / "home")
    home.create()
    shutil.copy(built.work_db, home.work_db)
    with duckdb.connect(str(home.work_db)) as connection:
        connection.execute(statement)
    return audit(home, as_of=AS_OF)


def test_one_lead_beyond_every_scale_is_told_and_stops_nobody(built: Home, tmp_path: Path):
    # what five million events come to, under a published model without limits
    statement = (
        "update marts.fct_lead_scores set intent_score = 9382995 where lead_id = 'skew heavy'"
    )
    found = _audited_with(statement, built, tmp_path)
    assert not found.failures
    (told,) = [one for one in found.warnings if one.suite == "fct_lead_scores"]
    assert "intent_score failed on 1 of" in told.sentence
    assert "acts without pause" in told.sentence


@pytest.mark.parametrize(
    ("mart", "columns"),
    [
        ("fct_lead_scores", ["fit_score", "intent_score", "product_score"]),
        ("fct_score_reasons", ["points_held"]),
        ("dim_leads", ["total_score"]),
        ("mart_mql_queue", ["fit_score"]),
    ],
)
def test_a_ledger_that_was_multiplied_stops_the_publication(
    built: Home, tmp_path: Path, mart: str, columns: list[str]
):
    changes = ", ".join(f"{name} = {name} * 100000" for name in columns)
    one = " where definition_id = 'two_axis'" if mart.startswith("fct_") else ""
    found = _audited_with(f"update marts.{mart} set {changes}{one}", built, tmp_path)
    assert [one.columns for one in found.failures] == [["share_beyond"]]


def test_news_are_new_some_of_them_late_and_some_of_new_leads(built: Home, tmp_path: Path):
    now = BENCH_AS_OF.replace(hour=1)
    news = make_news(built.work_db, tmp_path / "news", 1000, BENCH_AS_OF, now)
    with duckdb.connect(":memory:") as connection:
        events = f"read_parquet('{news.landing}/events.parquet')"
        new, late, first = connection.execute(
            f"select count(distinct event_id), sum((occurred_at < ?)::int),"
            f" sum((lead_id like 'new %')::int) from {events}",
            [BENCH_AS_OF.replace(tzinfo=None)],
        ).fetchall()[0]
    assert (new, news.events) == (1000, 1000)
    assert 50 < late < 150
    assert first == news.leads == 50
    assert LATE_DAYS > 30


def test_a_benchmark_measures_every_step_and_writes_what_it_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
):
    monkeypatch.setattr(plan, "NEWS_PERCENT", (1,))
    assert main(["bench", "--events", "1e4", "--out", str(tmp_path / "out"), "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    (size,) = json.loads(Path(result["json_file"]).read_text())["sizes"]
    assert (size["events"], size["leads"]) == (10_000, 200)
    assert [step["step"] for step in size["steps"]] == [
        *("generate", "load", "floor: plain load", "build", "floor: plain scores"),
        *("floor: window sum", "audit", "publish", "refresh, 1 % new"),
    ]
    assert all(step["seconds"] > 0 and step["peak_memory_bytes"] > 0 for step in size["steps"])
    assert 0 < size["steps"][-1]["facts"]["leads_recomputed"] < 200
    assert all(ratio > 0 for ratio in size["ratios"].values())
    assert "<svg" in Path(result["chart_file"]).read_text()
    assert not (tmp_path / "out" / "run").exists()


@pytest.mark.parametrize("text", ["lots", "1e6,", "10", "1e12", "nan"])
def test_sizes_that_cannot_be_measured_are_a_usage_error(text: str):
    with pytest.raises(UsageError, match="--events"):
        sizes_of(text)


@pytest.mark.parametrize(
    ("told", "facts"),
    [
        ("", {}),
        ('100% done\n{"rows": 1}', {"rows": 1}),
        ('{\n  "a": {\n    "b": 2\n  }\n}', {"a": {"b": 2}}),
    ],
)
def test_the_json_a_step_ends_with_is_read_whatever_stands_before(told: str, facts: dict):
    assert _facts(told) == facts
