"""What must always hold, whatever the world: of the reference first, since it decides arguments."""

import random
from collections import defaultdict
from dataclasses import replace
from datetime import datetime

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comparison import expected
from reference import World, answer
from reference.seen import version_time
from worlds import agreements, people
from worlds.vocabulary import LOADED, START, STEP

FEW = settings(
    max_examples=15,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


@st.composite
def worlds(draw) -> World:
    """A little world, loaded at once."""
    tables = {
        table: [{**row, "_loaded_at": LOADED} for row in rows]
        for table, rows in draw(people()).items()
    }
    return World(tables, draw(agreements()), START + STEP * draw(st.integers(6, 50)))


def without_the_future(world: World) -> World:
    """The world as someone at as-of could have loaded it."""
    tables = dict(world.tables)
    for table, clock in (("events", "occurred_at"), ("stage_changes", "changed_at")):
        tables[table] = [row for row in tables[table] if row[clock] <= world.as_of]
    still_open = {"closed_at": None, "is_won": None}
    tables["opportunities"] = [
        row if row["closed_at"] and row["closed_at"] <= world.as_of else {**row, **still_open}
        for row in tables["opportunities"]
        if row["created_at"] <= world.as_of
    ]
    for table, key in (("leads", "lead_id"), ("accounts", "company_domain")):
        firsts: dict[str, datetime] = {}
        for row in tables[table]:
            name = row[key].strip().lower()
            firsts[name] = min(firsts.get(name, LOADED), version_time(row))
        # The first version holds from the beginning, whenever it was written down.
        tables[table] = [
            row
            for row in tables[table]
            if version_time(row) <= max(world.as_of, firsts[row[key].strip().lower()])
        ]
    return replace(world, tables=tables)


@FEW
@given(worlds(), st.randoms(use_true_random=False))
def test_the_order_of_rows_and_replays_change_nothing(world: World, chance: random.Random):
    again = {
        table: chance.sample(rows, len(rows)) + chance.sample(rows, len(rows) // 3)
        for table, rows in world.tables.items()
    }
    assert expected(answer(replace(world, tables=again))) == expected(answer(world))


@FEW
@given(worlds())
def test_what_is_loaded_about_the_time_after_as_of_changes_nothing(world: World):
    # One payload each: of several, how they were closed later is content, and decides which stands.
    one_each = {row["opportunity_id"]: row for row in world.rows("opportunities")}
    world = replace(world, tables={**world.tables, "opportunities": list(one_each.values())})
    assert expected(answer(without_the_future(world))) == expected(answer(world))


@FEW
@given(worlds(), st.integers(1, 30))
def test_nothing_that_becomes_known_later_changes_an_entry_dated_earlier(world: World, steps: int):
    # Apart from opportunities: one that contradicts itself is closed by as-of or it is not.
    now = replace(world, tables={**world.tables, "opportunities": []})
    later = replace(now, as_of=now.as_of + STEP * steps)
    dated = [
        sorted(map(repr, (entry for entry in answer(one).ledger if entry.entry_at <= now.as_of)))
        for one in (now, later)
    ]
    arrived = {entry.lead_id for entry in answer(now).ledger} | set(answer(now).leads)
    assert [line for line in dated[1] if any(f"lead_id='{one}'" in line for one in arrived)] == (
        dated[0]
    )


@FEW
@given(worlds())
def test_every_computed_stage_was_entered_by_an_entry_of_the_definition_then_official(
    world: World,
):
    found = answer(world)
    credits_ = defaultdict(set)
    for entry in found.ledger:
        if entry.entry_kind == "credit" and entry.points > 0:
            credits_[entry.definition_id, entry.lead_id].add(entry.entry_at)
    for row in found.stages:
        if row.definition_id:
            assert row.observed_at in credits_[row.definition_id, row.lead_id]
            assert row.observed_at <= world.as_of
