"""Runs checks on frames with Great Expectations, at either border, and says what came of each.

Whatever is not a clear yes is a failure: an exception, a check nobody can make, a suite nobody can
read. What is said of a check are numbers of values, never a value: it ends up in files and alerts.
"""

from dataclasses import dataclass
from typing import Any

from handoff.expectations import CRITICAL, Check
from handoff.privacy import first_sentence

PASSED, FAILED, NOT_MADE = "passed", "failed", "not made"


@dataclass(frozen=True)
class Finding:
    """What came of one check; numbers only, no value."""

    suite: str
    check: str
    columns: list[str]
    severity: str
    sentence: str
    result: str = FAILED
    numbers: str = ""
    reason: str = ""


def run_check(session: Any, check: Check, batch: Any) -> Finding:
    """Make one check; whatever is not a clear yes is a failure, an exception the worst of them."""
    try:
        expectation = session.expectation(check)
    except (AttributeError, TypeError, ValueError) as error:
        why = first_sentence(str(error))
        return _finding(check, CRITICAL, f"is not a check Great Expectations can make: {why}")
    # Values stay out of the result: it is written to a file.
    outcome = batch.validate(
        expectation, result_format={"result_format": "BASIC", "partial_unexpected_count": 0}
    )
    numbers = _numbers(outcome.result or {}, "values" if check.is_by_value else "rows")
    if outcome.success is True:
        return _finding(check, check.severity, "passed.", result=PASSED, numbers=numbers)
    if outcome.success is not False or _raised(outcome.exception_info):
        return _finding(check, CRITICAL, "could not be made (no such column, or another type).")
    failed = f"failed {numbers}".strip()
    return _finding(check, check.severity, f"{failed}. {check.reason}", numbers=numbers)


def refusal(suite: str, sentence: str) -> Finding:
    """Say why a suite as a whole stands in the way."""
    return Finding(suite, "suite", [], CRITICAL, sentence)


def passed(check: Check, numbers: str) -> Finding:
    """Say that a check passed, by what was asked of more than its own columns."""
    return _finding(check, check.severity, "passed.", result=PASSED, numbers=numbers)


def not_made(check: Check, why: str) -> Finding:
    """Say why there is nothing to check yet."""
    return _finding(check, check.severity, f"was not made: {why}.", result=NOT_MADE, numbers=why)


def _raised(information: dict) -> bool:
    """Tell whether an exception was met; it is noted flat, or one level down by metric."""
    flat = information.get("raised_exception")
    nested = [one for one in information.values() if isinstance(one, dict)]
    return bool(flat) or any(one.get("raised_exception") for one in nested)


def _numbers(result: dict, counted: str) -> str:
    # Some checks count what they found and not what they looked at.
    found, looked_at = result.get("unexpected_count"), result.get("element_count")
    if found is not None:
        return f"on {found:,}" + (f" of {looked_at:,} {counted}" if looked_at is not None else "")
    observed = result.get("observed_value")
    return f"with {observed:,}" if isinstance(observed, int | float) else ""


def _finding(
    check: Check, severity: str, what: str, *, result: str = FAILED, numbers: str = ""
) -> Finding:
    where = f"{check.suite}.{', '.join(check.columns)}" if check.columns else check.suite
    return Finding(
        suite=check.suite,
        check=check.type,
        columns=check.columns,
        severity=severity,
        sentence=f"{check.type} on {where} {what}".strip(),
        result=result,
        numbers=numbers.removeprefix("on ").removeprefix("with "),
        reason=check.reason,
    )
