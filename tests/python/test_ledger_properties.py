"""The built warehouse says what the reference says, after every batch of hostile little worlds.

A build takes seconds, so each run packs many little worlds under one random agreement into one
warehouse. `HANDOFF_PROPERTY_RUNS` makes it a big run, `HANDOFF_PROPERTY_SEED` moves it elsewhere,
and `HANDOFF_PROPERTY_WORLDS` says how many worlds share a warehouse.
"""

import os
from pathlib import Path

import pytest

from comparison import differences
from warehouse import Warehouse
from worlds import Pack, pack

RUNS = int(os.environ.get("HANDOFF_PROPERTY_RUNS", "3"))
FIRST_SEED = int(os.environ.get("HANDOFF_PROPERTY_SEED", "0"))
WORLDS = int(os.environ.get("HANDOFF_PROPERTY_WORLDS", "40"))


def agree(warehouse: Warehouse, drawn: Pack, moment: str) -> None:
    """Fail with the smallest differing lead and everything needed to work it out by hand."""
    as_of = drawn.other_as_of if moment == "another as-of" else drawn.as_of
    found = differences(warehouse, warehouse.world(as_of))
    if found:
        pytest.fail(f"{moment}: {found}", pytrace=False)


@pytest.mark.parametrize("seed", range(FIRST_SEED, FIRST_SEED + RUNS))
def test_warehouse_equals_reference_after_every_batch(seed: int, tmp_path: Path):
    drawn = pack(seed, WORLDS)
    warehouse = Warehouse(tmp_path, drawn.definition)
    for number, batch in enumerate(drawn.batches, start=1):
        warehouse.add(batch)
        warehouse.build(drawn.as_of)
        agree(warehouse, drawn, f"seed {seed}, batch {number} of {len(drawn.batches)}")
        # LATER: control.refresh_log.leads_recomputed belongs here: after batch 1 it must be more
        # than none and at most the leads something new of this batch touches.
    warehouse.build(drawn.other_as_of)
    agree(warehouse, drawn, "another as-of")
    warehouse.build(drawn.as_of, full_refresh=True)
    agree(warehouse, drawn, f"seed {seed}, full refresh")
