"""Whom a batch can move at most: the leads that a refresh may recompute, said generously.

The model finds the leads by spells of identification; here whoever shares an id, an anonymous id or
a company with something new is taken to be touched. What is not among these must lie as it lay.
"""

from collections.abc import Callable
from datetime import datetime

from reference import World
from reference.seen import domain, lead_states, version_time
from reference.values import comparable
from reference.world import Row

# When a row begins to be seen, or to be seen otherwise.
CLOCKS: dict[str, list[Callable[[Row], datetime | None]]] = {
    "leads": [version_time, lambda row: row["created_at"]],
    "events": [lambda row: row["occurred_at"]],
    "stage_changes": [lambda row: row["changed_at"]],
    "opportunities": [lambda row: row["created_at"], lambda row: row["closed_at"]],
    "accounts": [version_time],
}


def news(world: World, batch: int, last_as_of: datetime) -> dict[str, list[Row]]:
    """Rows of the batch, and rows whose time lies between the as-of before and this one."""
    begins, ends = sorted([last_as_of, world.as_of])

    def is_new(table: str, row: Row) -> bool:
        times = [clock(row) for clock in CLOCKS[table]]
        return row["_batch"] == batch or any(at and begins < at <= ends for at in times)

    return {table: [row for row in world.rows(table) if is_new(table, row)] for table in CLOCKS}


def named(rows: list[Row], column: str) -> set:
    """What the rows name in a column."""
    return {row[column] for row in rows if row.get(column)}


def sharing(rows: list[Row], column: str, wanted: set) -> list[Row]:
    """The rows that name one of the wanted."""
    return [row for row in rows if row.get(column) in wanted]


def touched_leads(world: World, new: dict[str, list[Row]]) -> set[str]:
    """Every lead that something new can move."""
    events = world.rows("events")
    again = sharing(events, "event_id", named(new["events"], "event_id"))
    moved = sharing(events, "anonymous_id", named(again, "anonymous_id"))
    found = named(new["leads"], "lead_id") | named(again, "lead_id") | named(moved, "lead_id")
    for table, key in (("stage_changes", "change_id"), ("opportunities", "opportunity_id")):
        found |= named(sharing(world.rows(table), key, named(new[table], key)), "lead_id")
    companies = {comparable(row["company_domain"]) for row in new["accounts"]}
    return found | {row["lead_id"] for row in world.rows("leads") if domain(row) in companies}


def named_leads(new: dict[str, list[Row]]) -> set[str]:
    """The leads that something new names: at least one of them is recomputed if any is known."""
    return {row["lead_id"] for rows in new.values() for row in rows if row.get("lead_id")}


def known_leads(world: World) -> set[str]:
    """The leads that have arrived by as-of."""
    return set(lead_states(world))
