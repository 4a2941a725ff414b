"""Whose event it is, and since when that could be known."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from reference.seen import seen_rows
from reference.values import column_or_key
from reference.world import COLUMNS, Row, World


@dataclass(frozen=True)
class KnownEvent:
    """An event of a lead that has arrived."""

    event_id: str
    lead_id: str
    occurred_at: datetime
    known_at: datetime
    row: Row

    @property
    def order(self) -> tuple:
        """The order matches are taken in: what becomes known later displaces nothing."""
        return (self.known_at, self.occurred_at, self.event_id.encode())

    def value(self, name: str) -> str | None:
        """A property's text, None where it is missing."""
        return column_or_key(self.row, COLUMNS["events"], "properties", name)


def identification(row: Row, known: list[Row]) -> Row | None:
    """The last identification at or before the event, else the first after it."""
    moment = row["occurred_at"]
    before = [one["occurred_at"] for one in known if one["occurred_at"] <= moment]
    after = [one["occurred_at"] for one in known if one["occurred_at"] > moment]
    if not before and not after:
        return None
    chosen = max(before) if before else min(after)
    at_once = [one for one in known if one["occurred_at"] == chosen]
    return min(at_once, key=lambda one: one["event_id"].encode())


def known_events(world: World, created: dict[str, datetime]) -> dict[str, list[KnownEvent]]:
    """The events of every lead of `created` (lead -> created_at), in the order they are taken."""
    rows = seen_rows(world, "events", "event_id", "occurred_at")
    identifications = defaultdict(list)
    for row in rows:
        if row.get("lead_id") and row.get("anonymous_id"):
            identifications[row["anonymous_id"]].append(row)
    found = defaultdict(list)
    for row in rows:
        spoken_for = row
        if not row.get("lead_id"):
            spoken_for = identification(row, identifications[row["anonymous_id"]])
        if spoken_for is None or spoken_for["lead_id"] not in created:
            continue  # anonymous, or waiting for its lead
        lead_id = spoken_for["lead_id"]
        known_at = max(row["occurred_at"], spoken_for["occurred_at"], created[lead_id])
        found[lead_id].append(
            KnownEvent(row["event_id"], lead_id, row["occurred_at"], known_at, row)
        )
    return {lead_id: sorted(events, key=lambda one: one.order) for lead_id, events in found.items()}
