"""Asks a short question first where its clear yes answers many long ones.

Whether a value of a text column passes does not depend on where it stands: what all values of all
columns pass that are asked the same, every column passes. Where values must not match something,
the engine passes over those that lack a character every match holds. And where the least and the
greatest value lie in a range, all others do. Whatever is not a clear yes is left to be asked at
length, so that what failed is told with its column and its number.
"""

from dataclasses import replace
from typing import Any

import duckdb

from handoff.checking import PASSED, Finding, passed, run_check
from handoff.demanded import demanded
from handoff.expectations import TEXT_TYPES, Check, MartShape
from handoff.mart_frames import TEXT, extremes, texts

Suite = tuple[MartShape, list[Check]]
RANGE = "ExpectColumnValuesToBeBetween"
NO_MATCH = "ExpectColumnValuesToNotMatchRegex"


def passed_shortly(
    session: Any, connection: duckdb.DuckDBPyConnection, suites: list[Suite]
) -> tuple[list[Finding], list[Suite]]:
    """Return what passed, and the suites with what is still to be asked."""
    answers = [*_of_texts(session, connection, suites), *_of_ranges(session, connection, suites)]
    answered = {id(check) for check, _ in answers}
    left = [(mart, [one for one in suite if id(one) not in answered]) for mart, suite in suites]
    return [passed(check, numbers) for check, numbers in answers], left


def _of_texts(
    session: Any, connection: duckdb.DuckDBPyConnection, suites: list[Suite]
) -> list[tuple[Check, str]]:
    """Ask one question of all text columns that are asked the same."""
    alike: dict[str, list[Check]] = {}
    for mart, suite in suites:
        for check in suite:
            if check.is_of_one_value and _type(check, mart) in TEXT_TYPES:
                alike.setdefault(_question(check), []).append(check)
    answers = []
    for checks in alike.values():
        if len(checks) > 1:
            columns = [(one.suite, one.arguments["column"]) for one in checks]
            character = _needed_to_fail(checks[0])
            values = texts(connection, columns, holding=character)
            made = run_check(session, _of_any_column(checks[0]), session.batch(values))
            if made.result == PASSED:
                which = f"values with {character!r}" if character else "values"
                numbers = f"0 of {len(values):,} {which} of {len(checks)} columns"
                answers += [(check, numbers) for check in checks]
    return answers


def _needed_to_fail(check: Check) -> str | None:
    """Give a character without which no value can fail; None: there is none."""
    if check.type != NO_MATCH or not isinstance(check.arguments.get("regex"), str):
        return None
    return demanded(check.arguments["regex"])


def _of_ranges(
    session: Any, connection: duckdb.DuckDBPyConnection, suites: list[Suite]
) -> list[tuple[Check, str]]:
    """Hold the least and the greatest value of each column against its range."""
    answers = []
    for mart, suite in suites:
        ranges = [one for one in suite if _is_range(one, mart)]
        if ranges:
            columns = list(dict.fromkeys(check.arguments["column"] for check in ranges))
            batch = session.batch(extremes(connection, mart, columns))
            answers += [
                (check, "0 of all values, by the least and the greatest")
                for check in ranges
                if run_check(session, check, batch).result == PASSED
            ]
    return answers


def _is_range(check: Check, mart: MartShape) -> bool:
    type_ = _type(check, mart)
    is_ordered = type_ is not None and type_ not in TEXT_TYPES
    return check.type == RANGE and check.is_of_one_value and is_ordered


def _type(check: Check, mart: MartShape) -> str | None:
    return mart.columns.get(check.arguments.get("column"))


def _question(check: Check) -> str:
    """Give what a check asks, whatever the column."""
    return repr((check.type, sorted(_of_any_column(check).arguments.items())))


def _of_any_column(check: Check) -> Check:
    return replace(check, arguments=check.arguments | {"column": TEXT})
