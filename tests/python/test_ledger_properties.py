"""The built warehouse says what the reference says, after every batch of hostile little worlds.

A build takes seconds, so each run packs many little worlds under one random agreement into one
warehouse. For a big run: `HANDOFF_PROPERTY_RUNS` says how many warehouses, `HANDOFF_PROPERTY_SEED`
where to begin, `HANDOFF_PROPERTY_WORLDS` how many worlds share one. `HANDOFF_PROPERTY_SHRINK` says
how many worlds to try one by one, each in a warehouse of its own: slow, but a failure is shrunk.
"""

import os
import random
import tempfile
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comparison import COLUMNS, differences
from touched import known_leads, named_leads, news, touched_leads
from warehouse import Warehouse
from worlds import Pack, agreements, pack, people
from worlds.packs import Batch, latecomers, split
from worlds.vocabulary import START, STEP

RUNS = int(os.environ.get("HANDOFF_PROPERTY_RUNS", "3"))
FIRST_SEED = int(os.environ.get("HANDOFF_PROPERTY_SEED", "0"))
WORLDS = int(os.environ.get("HANDOFF_PROPERTY_WORLDS", "40"))
SHRINK = int(os.environ.get("HANDOFF_PROPERTY_SHRINK", "0"))


@pytest.fixture(scope="module")
def parsed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where dbt keeps what it has parsed: the models are the same in every warehouse."""
    return tmp_path_factory.mktemp("dbt")


def agree(warehouse: Warehouse, as_of: datetime, moment: str) -> None:
    """Fail with the smallest differing lead and everything needed to work it out by hand."""
    found = differences(warehouse, warehouse.world(as_of))
    if found:
        pytest.fail(f"{moment}, {found}", pytrace=False)


def recomputed_leads(warehouse: Warehouse) -> tuple[int, int]:
    """How many leads the last build recomputed, and of how many."""
    last = max(warehouse.rows("refresh_log"), key=lambda row: row["started_at"])
    return last["leads_recomputed"], last["leads"]


def only_the_touched(warehouse: Warehouse, as_of: datetime, last_as_of: datetime) -> bool:
    """Whether a batch left someone alone; fails if it recomputed more than it can have touched."""
    world = warehouse.world(as_of)
    new = news(world, warehouse.batches, last_as_of)
    known, (recomputed, leads) = known_leads(world), recomputed_leads(warehouse)
    touched = touched_leads(world, new) & known
    assert leads == len(known)
    assert recomputed <= len(touched)
    if named_leads(new) & known:
        assert recomputed > 0
    return recomputed < leads


def nothing_new_changes_nothing(warehouse: Warehouse, as_of: datetime) -> None:
    """A build after a load of nothing recomputes no lead and changes no row."""
    before = contents(warehouse)
    warehouse.load()
    warehouse.build(as_of)
    assert recomputed_leads(warehouse)[0] == 0
    assert contents(warehouse) == before


def contents(warehouse: Warehouse) -> dict[str, list[str]]:
    """Every row of the tables that are compared."""
    return {table: sorted(map(repr, warehouse.rows(table))) for table in COLUMNS}


def arrivals(seed: int) -> tuple[Pack, list[Batch], list[datetime]]:
    """The batches of a run and the moment asked about after each.

    One run in three ends with a batch so small that it must leave most leads alone. The others end
    with as-of moved, back or forth: that, too, is no full refresh.
    """
    if seed % 3 == 0:
        drawn = pack(seed, WORLDS, batches=1 + seed // 3 % 2)
        batches = [*drawn.batches[:-1], *latecomers(drawn.batches[-1], seed)]
        return drawn, batches, [drawn.as_of] * len(batches)
    drawn = pack(seed, WORLDS, batches=2 + seed // 3 % 3)
    return drawn, drawn.batches, [drawn.as_of] * (len(drawn.batches) - 1) + [drawn.last_as_of]


@pytest.mark.parametrize("seed", range(FIRST_SEED, FIRST_SEED + RUNS))
def test_warehouse_equals_reference_after_every_batch(seed: int, tmp_path: Path, parsed: Path):
    drawn, batches, moments = arrivals(seed)
    warehouse = Warehouse(tmp_path, drawn.definition, parsed=parsed)
    left_alone = False
    for number, (batch, as_of) in enumerate(zip(batches, moments, strict=True), start=1):
        warehouse.add(batch)
        warehouse.build(as_of)
        agree(warehouse, as_of, f"seed {seed}, batch {number} of {len(batches)}")
        if number > 1:
            left_alone = only_the_touched(warehouse, as_of, moments[number - 2])
    if moments[-1] == drawn.as_of:
        assert left_alone
        nothing_new_changes_nothing(warehouse, drawn.as_of)
    warehouse.build(drawn.last_as_of, full_refresh=True)
    agree(warehouse, drawn.last_as_of, f"seed {seed}, full refresh")


@pytest.mark.skipif(not SHRINK, reason="HANDOFF_PROPERTY_SHRINK says how many worlds to try")
@settings(
    max_examples=SHRINK or 1,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    print_blob=True,
)
@given(agreements(), people(), st.randoms(use_true_random=False), st.integers(10, 50))
def test_one_little_world_alone(
    parsed: Path, agreement: dict, tables: dict, chance: random.Random, step: int
):
    as_of = START + STEP * step
    with tempfile.TemporaryDirectory() as folder:
        warehouse = Warehouse(Path(folder), agreement, parsed=parsed)
        for number, batch in enumerate(split(tables, 2, chance), start=1):
            warehouse.add(batch)
            warehouse.build(as_of)
            agree(warehouse, as_of, f"batch {number}")
