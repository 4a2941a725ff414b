"""What crossed: the rows of `fct_alerts` in the published marts. Reading only."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

import duckdb

from handoff.errors import EngineError, UsageError
from handoff.home import Home
from handoff.privacy import first_sentence
from handoff.published import open_published

COLUMNS = (
    "alert_key",
    "lead_id",
    "cycle",
    "stage",
    "crossed_at",
    "due_at",
    "definition_id",
    "criterion_id",
    "reason",
    "fit_score",
    "intent_score",
    "product_score",
    "fit_grade",
    "intent_grade",
    "evidence",
)


@dataclass(frozen=True)
class Crossing:
    """That a lead crossed, and when: enough to know whether it is news."""

    alert_key: str
    crossed_at: datetime


@dataclass(frozen=True)
class Alert:
    """One row of `fct_alerts`: a crossing with its evidence and its due time."""

    alert_key: str
    lead_id: str
    cycle: int
    stage: str
    crossed_at: datetime
    due_at: datetime | None
    definition_id: str
    criterion_id: str
    reason: str | None
    fit_score: Decimal
    intent_score: Decimal
    product_score: Decimal
    fit_grade: str | None
    intent_grade: str | None
    evidence: str | None


class Marts:
    """The published marts, open as one file: what is published meanwhile is not seen."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Read through `connection`, which has the file attached as `published`."""
        self._connection = connection

    def as_of(self) -> datetime | None:
        """Say what moment the marts are of; None where there is no lead, so no crossing either."""
        query = "select max(as_of) from published.marts.fct_lead_scores"
        return _utc(self._connection.execute(query).fetchall()[0][0])

    def crossings(self) -> list[Crossing]:
        """List every crossing, the earliest first."""
        rows = self._connection.execute(
            "select alert_key, crossed_at from published.marts.fct_alerts"
            " order by crossed_at, alert_key"
        ).fetchall()
        return [Crossing(alert_key, _utc(crossed_at)) for alert_key, crossed_at in rows]

    def alerts(self, keys: list[str]) -> dict[str, Alert]:
        """Return the whole alerts of some crossings, by key."""
        rows = self._connection.execute(
            f"select {', '.join(COLUMNS)} from published.marts.fct_alerts"
            " where alert_key in (select unnest(?::varchar[]))",
            [keys],
        ).fetchall()
        found = [Alert(**dict(zip(COLUMNS, map(_utc, row), strict=True))) for row in rows]
        return {alert.alert_key: alert for alert in found}


@contextmanager
def open_marts(home: Home) -> Iterator[Marts]:
    """Open what is published; UsageError if nothing is, or if it knows no alerts."""
    if not home.published_db.exists():
        message = f"Nothing is published in {home.path}; run `handoff refresh` first."
        raise UsageError(message)
    try:
        with open_published(home) as connection:
            yield Marts(connection)
    except duckdb.CatalogException as error:
        message = "The published marts have no fct_alerts; run `handoff refresh` first."
        raise UsageError(message) from error
    except duckdb.Error as error:
        message = f"{home.published_db} cannot be read: {first_sentence(str(error))}"
        raise EngineError(message) from error


def _utc(value: object) -> object:
    """Give a moment from the database the zone it is in; leave everything else alone."""
    return value.replace(tzinfo=UTC) if isinstance(value, datetime) else value
