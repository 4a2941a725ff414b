"""What sales did with each MQL: the warehouse says what the reference says, of random teams.

For a big run: `HANDOFF_PROPERTY_RUNS` says how many warehouses, `HANDOFF_PROPERTY_SEED` where to
begin, `HANDOFF_PROPERTY_WORLDS` how many histories share one.
"""

import os
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from reference import World
from reference.handoff import handed_off
from warehouse import Warehouse, inputs_of
from worlds import drawn
from worlds.packs import apart, split
from worlds.teams import teams, worked
from worlds.vocabulary import LOADED, START

RUNS = int(os.environ.get("HANDOFF_PROPERTY_RUNS", "2"))
FIRST_SEED = int(os.environ.get("HANDOFF_PROPERTY_SEED", "0"))
WORLDS = int(os.environ.get("HANDOFF_PROPERTY_WORLDS", "40"))
# In the thick of it; and after the clocks have changed, in New York, London and Lord Howe.
MOMENTS = (START + timedelta(days=14, hours=7), START + timedelta(days=80))
KEY = ("lead_id", "cycle")
COLUMNS = {
    "fct_sales_decisions": (
        *(*KEY, "mql_at", "decision", "decided_at", "outcome", "reason", "queue", "owner_id"),
        "worked_before_mql",
    ),
    "int_sla_clocks": (
        *(*KEY, "first_response_at", "response_class", "worked_before_mql", "due_at"),
        *("sla_status", "business_sla_status"),
    ),
    "int_routed_mqls": (*KEY, "queue", "priority", "is_default", "owner_id", "is_owner_kept"),
}


def company(seed: int, chance: random.Random, worlds: int = WORLDS) -> tuple[dict, list]:
    """One agreement, and the histories of many leads in two batches."""
    together = defaultdict(list)
    for number, tables in enumerate(drawn(worked(), worlds, seed)):
        for table, rows in apart(tables, f"w{number:03}-").items():
            together[table] += rows
    (agreement,) = drawn(teams(), 1, seed)
    return agreement, split(together, 2, chance)


def rows_of(rows: Iterable[dict], columns: tuple[str, ...]) -> Counter:
    """Rows by the columns compared."""
    return Counter(tuple(row[column] for column in columns) for row in rows)


def agree(warehouse: Warehouse, as_of: datetime) -> None:
    """Fail with one lead that differs and all its rows."""
    world = warehouse.world(as_of)
    told = [asdict(one) for one in handed_off(world)]
    for table, columns in COLUMNS.items():
        wanted, got = rows_of(told, columns), rows_of(warehouse.rows(table), columns)
        if wanted != got:
            lead_id = min((wanted - got) + (got - wanted))[0]
            lines = [f"as of {as_of} {table} differs, columns {', '.join(columns)}:"]
            lines += [f"  lacks {row}" for row in (wanted - got) if row[0] == lead_id]
            lines += [f"  has   {row}" for row in (got - wanted) if row[0] == lead_id]
            pytest.fail("\n".join([*lines, inputs_of(world, lead_id)]), pytrace=False)


@pytest.mark.parametrize("seed", range(FIRST_SEED, FIRST_SEED + RUNS))
def test_every_mql_is_handed_off_as_the_reference_says(
    seed: int, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
):
    chance = random.Random(seed)
    agreement, batches = company(seed, chance)
    warehouse = Warehouse(tmp_path, agreement)
    for batch, as_of in zip(batches, MOMENTS, strict=True):
        warehouse.add(batch)
        warehouse.build(as_of)
        agree(warehouse, as_of)


def kinds(found: list[dict]) -> dict[str, int]:
    """How often each thing that can happen to an MQL did."""
    seen: Counter = Counter()
    for row in found:
        seen[row["decision"]] += 1
        seen[f"real {row['sla_status']}"] += 1
        seen[f"working {row['business_sla_status']}"] += 1
        seen["worked before"] += row["worked_before_mql"]
        seen["owner kept"] += row["is_owner_kept"]
        seen["owner by rule"] += row["owner_id"] is not None and not row["is_owner_kept"]
        seen["later cycle"] += row["cycle"] > 1
        seen["default queue"] += row["is_default"]
        seen["by a rule"] += not row["is_default"]
        seen["reason given"] += row["reason"] is not None
        clocks = (row["sla_status"], row["business_sla_status"])
        seen["the clocks differ"] += None not in clocks and clocks[0] != clocks[1]
    return seen


def test_teams_are_as_busy_as_they_claim(world_of: Callable):
    """Everything that can happen to an MQL does: else the comparison above says little."""
    seen: Counter = Counter()
    for seed in range(16):
        seen += kinds([asdict(one) for one in handed_off(world_of(seed))])
    expected = {
        *("accepted", "rejected", "pending", "worked before", "owner kept", "owner by rule"),
        *("later cycle", "default queue", "by a rule", "reason given", "the clocks differ"),
        *("real met", "real missed", "real open", "real past_due", "working met"),
        *("working missed", "working open", "working past_due", "real None", "working None"),
    }
    assert {kind: seen[kind] for kind in expected if seen[kind] < 3} == {}


@pytest.fixture
def world_of() -> Callable:
    """Give the world of a seed, all of it loaded at once."""

    def world(seed: int) -> World:
        agreement, batches = company(seed, random.Random(seed), worlds=8)
        tables = defaultdict(list)
        for batch in batches:
            for table, files in batch.files.items():
                tables[table] += [{**row, "_loaded_at": LOADED} for rows in files for row in rows]
        return World(tables, agreement, MOMENTS[0])

    return world
