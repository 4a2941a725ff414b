"""The border at which files come in: what a load is about to land must pass its suites first.

The suites are tests/expectations/landing; Great Expectations makes the checks. It sees measures of
an arrival, the least and the greatest value of a column, or its values once: never the rows again.
A failing critical check lets nothing of the load in.
"""

from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Thread
from typing import Any

import duckdb

from handoff.ahead import import_ahead
from handoff.checking import FAILED, Finding, not_made, refusal, run_check
from handoff.expectations import CRITICAL, WARNING, Check, SuiteError, read_landing
from handoff.load.arrivals import Arrival, conflicts, distinct, extremes, measures
from handoff.load.contract import TABLES
from handoff.mart_frames import answer
from handoff.settings import BLOCK, Settings

ACCEPTED = "accepted"
_RANGE = "ExpectColumnValuesToBeBetween"
_NOTHING = "there is nothing to measure, or too little before it to compare with"
_NO_ROWS = "no row arrived"
_NAMED_PAIRS = 5


@dataclass
class Border:
    """The checks of one load: what may pass whatever the rules say, and what was found."""

    settings: Settings
    suites: Path
    accepted: tuple[str, ...] = ()
    """Tables whose arrivals are taken as they are: their rules are told, and stop nothing."""
    findings: list[Finding] = field(default_factory=list)
    _session: Any = None
    _coming: Thread | None = None

    def make_ready(self) -> None:
        """Import what makes the checks while files are read: it takes a second."""
        if self._coming is None:
            self._coming = import_ahead(["handoff.gx_session"])

    def check(self, connection: duckdb.DuckDBPyConnection, arrival: Arrival) -> list[Finding]:
        """Check what arrived of one table; returns what stops the load."""
        found = self._checked(connection, arrival)
        self.findings += found
        return [one for one in found if one.result == FAILED and one.severity == CRITICAL]

    def check_absent(
        self, connection: duckdb.DuckDBPyConnection, arrival: Arrival
    ) -> list[Finding]:
        """Check a table of which nothing came: only whether that is overdue."""
        behind = measures(connection, arrival, self.settings)["days_behind"]
        if behind is None or behind <= self.settings.arrivals(arrival.table).max_days_behind:
            return []
        return self.check(connection, arrival)

    def _checked(self, connection: duckdb.DuckDBPyConnection, arrival: Arrival) -> list[Finding]:
        if self._coming is not None:
            self._coming.join()
        try:
            suite = read_landing(self.suites, arrival.table, lambda rule: self._rule(arrival, rule))
        except SuiteError as error:
            return [refusal(arrival.table, str(error))]
        found = measures(connection, arrival, self.settings)
        frame = _frame({name: [value] for name, value in found.items()}, dtype="float64")
        suite = [check for check in suite if arrival.files or check.rule == "stale"]
        # A frame can be looked at until the next one is shown: the measures first, all of them.
        measured = self._batch(frame)
        findings = [self._measured(check, found, measured) for check in suite if check.measure]
        if found.get("conflicting_rows"):
            findings = [_naming_files(connection, arrival, one) for one in findings]
        others = [check for check in suite if not check.measure]
        return [self._looked_at(connection, arrival, check) for check in others] + findings

    def _rule(self, arrival: Arrival, rule: str) -> tuple[str, dict[str, float]]:
        """Give the severity and the bounds of a rule; KeyError if there is none of that name."""
        asked = self.settings.arrivals(arrival.table)
        bounds = {
            "empty": {"max_value": 0},
            "fewer": {"min_value": asked.min_share},
            "more": {"max_value": asked.max_share},
            "stale": {"max_value": asked.max_days_behind},
            "conflict": {"max_value": 0},
        }[rule]
        if arrival.table in self.accepted:
            return ACCEPTED, bounds
        return (CRITICAL if getattr(asked, rule) == BLOCK else WARNING), bounds

    def _measured(self, check: Check, found: dict[str, float | None], batch: Any) -> Finding:
        """Check a measure; what it is and may be are our own numbers and can be told."""
        if found.get(check.measure, 0) is None:
            return not_made(check, _NOTHING)
        made = run_check(self._session, check, batch)
        if check.measure not in found or check.type != _RANGE:
            return made
        bounds = {key: check.arguments.get(f"{key}_value") for key in ("min", "max")}
        numbers = _said(found[check.measure], **bounds)
        if made.result != FAILED:
            return replace(made, numbers=numbers)
        way_out = f" If it is right, load again with --accept {check.suite}." if check.rule else ""
        sentence = f"{check.suite}: {check.measure} is {numbers}. {check.reason}{way_out}"
        return replace(made, numbers=numbers, sentence=sentence)

    def _looked_at(
        self, connection: duckdb.DuckDBPyConnection, arrival: Arrival, check: Check
    ) -> Finding:
        """Check the columns that came, or the values of one of them."""
        if not check.columns or check.type.startswith("ExpectTableCol"):
            brought = [set(file.columns) for file in arrival.files if file.columns]
            if not brought:
                return not_made(check, _NO_ROWS)
            columns = _frame(columns=sorted(set.intersection(*brought)))
            return run_check(self._session, check, self._batch(columns))
        if not check.is_by_value or check.columns[0] not in TABLES[arrival.table].names:
            return refusal(
                arrival.table,
                f"{check.type} on {', '.join(check.columns)} cannot be made of what arrives;"
                " expected a check by value on one column of the table, or a measure.",
            )
        if not arrival.rows:
            return not_made(check, _NO_ROWS)
        query = (extremes if check.type == _RANGE else distinct)(arrival, check.columns[0])
        return run_check(self._session, check, self._batch(answer(connection, query)))

    def _batch(self, frame: Any) -> Any:
        if self._session is None:
            from handoff.gx_session import session  # noqa: PLC0415 - its import takes seconds

            self._session = session()
        return self._session.batch(frame)


def _naming_files(
    connection: duckdb.DuckDBPyConnection, arrival: Arrival, finding: Finding
) -> Finding:
    """Say which files a conflict is between."""
    if finding.columns != ["conflicting_rows"]:
        return finding
    pairs = conflicts(connection, arrival)
    named = ", ".join(f"{one} and {other}" for one, other in pairs[:_NAMED_PAIRS])
    more = f" and {len(pairs) - _NAMED_PAIRS} more pairs" if len(pairs) > _NAMED_PAIRS else ""
    return replace(
        finding,
        sentence=f"{finding.sentence} The files: {named}{more}.",
        numbers=f"{finding.numbers}: {named}{more}",
    )


def _said(value: float, **bounds: float | None) -> str:
    words = {"min": "at least", "max": "at most"}
    said = [f"{words[key]} {bound:,.6g}" for key, bound in bounds.items() if bound is not None]
    return f"{value:,.6g}; expected {' and '.join(said) or 'any number'}"


def _frame(*content: Any, **kind: Any) -> Any:
    from pandas import DataFrame  # noqa: PLC0415 - a refresh with nothing to do needs none

    return DataFrame(*content, **kind)
