"""What is seen by as-of: one row a key whatever was delivered, and which version holds when."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from reference.values import as_text, column_or_key, comparable, order_key
from reference.world import BEGINNING, COLUMNS, Row, World

Clock = Callable[[Row], datetime]


def one_per_key(rows: Iterable[Row], key: Callable, order: Callable) -> list[Row]:
    """The first row of each key, by a rule on the content: loading order must not matter."""
    first: dict = {}
    for row in sorted(rows, key=order):
        first.setdefault(key(row), row)
    return list(first.values())


def seen_rows(world: World, table: str, key: str, clock: str) -> list[Row]:
    """Rows of a table with a time of its own: later ones are not there, the earliest stands."""
    rows = [row for row in world.rows(table) if row[clock] <= world.as_of]
    return one_per_key(
        rows, lambda row: row[key], lambda row: (row[clock], order_key(row, COLUMNS[table]))
    )


def closed_by(row: Row, at: datetime) -> bool:
    """Whether an opportunity has been decided by then."""
    return row.get("is_won") is not None and bool(row.get("closed_at")) and row["closed_at"] <= at


def seen_opportunities(world: World) -> list[Row]:
    """One row an opportunity: decided before open, won before lost, then the earliest."""

    def order(row: Row) -> tuple:
        content = order_key(row, COLUMNS["opportunities"])
        if closed_by(row, world.as_of):
            return (0, not row["is_won"], row["closed_at"], content)
        decided = row.get("is_won") is not None and row.get("closed_at") is not None
        return (2 if decided else 1, False, BEGINNING, content)

    rows = [row for row in world.rows("opportunities") if row["created_at"] <= world.as_of]
    return one_per_key(rows, lambda row: row["opportunity_id"], order)


def version_time(row: Row) -> datetime:
    """When a version was written; without `updated_at`, when its file was loaded."""
    return row.get("updated_at") or row["_loaded_at"]


def versions(rows: list[Row], columns: list[str], subject: Callable) -> dict[str, list[Row]]:
    """The versions of each lead or account, in order."""

    def order(row: Row) -> tuple:
        return (version_time(row), order_key(row, columns))

    kept = one_per_key(rows, lambda row: (subject(row), version_time(row)), order)
    found: dict[str, list[Row]] = {}
    for row in sorted(kept, key=order):
        found.setdefault(subject(row), []).append(row)
    return found


@dataclass(frozen=True)
class State:
    """What was known of a lead from `start` on: a version of it and one of its account."""

    start: datetime
    lead: Row
    account: Row | None

    def value(self, attribute: str) -> str | None:
        """The attribute's text, None where it is missing."""
        table, _, column = attribute.partition(".")
        if table == "account" and column:
            known = self.account is not None and column in COLUMNS["accounts"]
            return as_text(self.account.get(column)) if known else None
        return column_or_key(self.lead, COLUMNS["leads"], "attributes", attribute)


def held(starts: list[tuple[datetime, Row]], at: datetime) -> Row | None:
    """The last version that has begun by then."""
    begun = [row for start, row in starts if start <= at]
    return begun[-1] if begun else None


def domain(row: Row) -> str | None:
    """The company domain as a key."""
    return comparable(row.get("company_domain"))


def lead_states(world: World) -> dict[str, list[State]]:
    """Every lead that has arrived by as-of: its stretches of unchanging attributes."""
    accounts = versions(world.rows("accounts"), COLUMNS["accounts"], domain)
    found = {}
    for lead_id, rows in versions(
        world.rows("leads"), COLUMNS["leads"], lambda row: row["lead_id"]
    ).items():
        created_at = rows[0]["created_at"]
        if created_at > world.as_of:
            continue
        leads = [(created_at, rows[0])]
        leads += [(max(version_time(row), created_at), row) for row in rows[1:]]
        found[lead_id] = _states(leads, accounts, world.as_of)
    return found


def _states(
    leads: list[tuple[datetime, Row]], accounts: dict[str, list[Row]], as_of: datetime
) -> list[State]:
    """Cut a lead's history wherever a version of it, or of an account it names, begins."""
    created_at = leads[0][0]
    of_account = {
        name: [(BEGINNING, rows[0])] + [(version_time(row), row) for row in rows[1:]]
        for name, rows in accounts.items()
        if name in {domain(row) for _, row in leads}
    }
    starts = {start for start, _ in leads}
    starts |= {start for rows in of_account.values() for start, _ in rows if start > created_at}
    states = []
    for start in sorted(start for start in starts if start <= as_of):
        lead = held(leads, start)
        states.append(State(start, lead, held(of_account.get(domain(lead), []), start)))
    return states
