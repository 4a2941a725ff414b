"""Audits the built marts at the border: nothing is published that Great Expectations did not pass.

It reads the working database and changes nothing in it but the state at the gate. What it writes
down are counts, never values: a value that should not be in a mart should not be in a log either.
"""

import time
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import click
import duckdb

from handoff import gate, published, runs
from handoff.console import emit, home_option, json_option, say
from handoff.engine import open_file
from handoff.errors import GateFailedError, HandoffError
from handoff.expectations import (
    CRITICAL,
    SUITES,
    Check,
    MartShape,
    SuiteError,
    read_suite,
    suite_names,
)
from handoff.home import Home
from handoff.mart_frames import count, frame, mart_shapes
from handoff.privacy import first_sentence

NAMED_FAILURES = 3


@dataclass(frozen=True)
class Finding:
    """One check that did not pass; numbers only, no value."""

    mart: str
    check: str
    columns: list[str]
    severity: str
    sentence: str


@dataclass(frozen=True)
class AuditResult:
    """What the audit found; `rows` are the marts as audited."""

    seconds: float
    checks: int
    rows: dict[str, int]
    failures: list[Finding] = field(default_factory=list)
    warnings: list[Finding] = field(default_factory=list)


def audit(home: Home, *, as_of: str, suites: Path = SUITES) -> AuditResult:
    """Run every suite on its mart; nothing is raised for what is merely wrong with the data."""
    from handoff.gx_session import Session  # noqa: PLC0415 - its import takes four seconds

    began = time.monotonic()
    session = Session()
    findings, checks, rows = [], 0, {}
    with open_file(home.work_db, read_only=True) as connection:
        shapes = mart_shapes(connection, published.rows_to_compare(home, as_of))
        for name in sorted(set(shapes) | set(suite_names(suites))):
            if name not in shapes:
                findings.append(_refusal(name, f"The mart {name} has a suite but was not built."))
                continue
            rows[name] = count(connection, name)
            try:
                suite = read_suite(suites, shapes[name])
            except SuiteError as error:
                findings.append(_refusal(name, str(error)))
                continue
            checks += len(suite)
            findings += _run_suite(session, connection, shapes[name], suite)
    if not rows:
        findings.append(_refusal("", "There is no mart to audit in the working database."))
    return AuditResult(
        seconds=round(time.monotonic() - began, 3),
        checks=checks,
        rows=rows,
        failures=[one for one in findings if one.severity == CRITICAL],
        warnings=[one for one in findings if one.severity != CRITICAL],
    )


def judge(result: AuditResult) -> None:
    """Let the marts pass, or raise what stops them from being published."""
    if not result.failures:
        return
    sentences = " ".join(one.sentence for one in result.failures[:NAMED_FAILURES])
    more = len(result.failures) - NAMED_FAILURES
    behind = f" And {more} more." if more > 0 else ""
    message = f"{sentences}{behind} Nothing is published."
    raise GateFailedError(message, details=[asdict(one) for one in result.failures])


def audit_in_run(home: Home, run: runs.Run, *, suites: Path = SUITES) -> AuditResult:
    """Audit as a step of `run`; the gate opens only if everything passed."""
    with run.step("audit") as step:
        state = gate.read(home)
        if state is None or state.state not in (gate.BUILT, gate.AUDITED):
            raise GateFailedError(_nothing_built(home, state))
        result = audit(home, as_of=state.as_of, suites=suites)
        runs.write_json(run.folder / "audit.json", asdict(result))
        step.counts = {
            "checks": result.checks,
            "failures": len(result.failures),
            "warnings": len(result.warnings),
        }
        try:
            judge(result)
        except HandoffError:
            gate.write(home, replace(state, state=gate.FAILED))
            raise
        gate.write(home, replace(state, state=gate.AUDITED, rows=result.rows))
    return result


def _nothing_built(home: Home, state: gate.Gate | None) -> str:
    if state is None:
        return f"Nothing was built in {home.path} yet; run `handoff build` first."
    return (
        f"The last build (run {state.run_id}) did not pass, so there is nothing to audit;"
        " run `handoff build` again."
    )


def _run_suite(
    session: Any, connection: duckdb.DuckDBPyConnection, mart: MartShape, suite: list[Check]
) -> list[Finding]:
    """Run the checks of one mart; those that look at the same columns share what is fetched."""
    groups: dict[tuple[tuple[str, ...], bool], list[Check]] = {}
    for check in suite:
        groups.setdefault((tuple(check.columns), check.is_by_value), []).append(check)
    found = []
    for number, ((columns, by_value), checks) in enumerate(groups.items()):
        fetched = frame(connection, mart, columns, distinct=by_value)
        batch = session.batch(f"{mart.name} {number}", fetched)
        found += [_run_check(session, check, batch) for check in checks]
    return [finding for finding in found if finding is not None]


def _run_check(session: Any, check: Check, batch: Any) -> Finding | None:
    """Make one check; whatever is not a clear yes is a finding, an exception the worst of them."""
    try:
        expectation = session.expectation(check)
    except (AttributeError, TypeError, ValueError) as error:
        why = first_sentence(str(error))
        return _finding(check, CRITICAL, f"is not a check Great Expectations can make: {why}")
    # Values stay out of the result: it is written to a file.
    outcome = batch.validate(
        expectation, result_format={"result_format": "BASIC", "partial_unexpected_count": 0}
    )
    if outcome.success is True:
        return None
    if outcome.success is not False or _raised(outcome.exception_info):
        return _finding(check, CRITICAL, "could not be made (no such column, or another type).")
    numbers = _numbers(outcome.result, "values" if check.is_by_value else "rows")
    return _finding(check, check.severity, f"failed{numbers}. {check.reason}")


def _raised(information: dict) -> bool:
    """Tell whether an exception was met; it is noted flat, or one level down by metric."""
    flat = information.get("raised_exception")
    nested = [one for one in information.values() if isinstance(one, dict)]
    return bool(flat) or any(one.get("raised_exception") for one in nested)


def _numbers(result: dict, counted: str) -> str:
    if result.get("unexpected_count") is not None:
        return f" on {result['unexpected_count']} of {result['element_count']} {counted}"
    observed = result.get("observed_value")
    return f" with {observed:,}" if isinstance(observed, int | float) else ""


def _finding(check: Check, severity: str, what: str) -> Finding:
    where = f"{check.mart}.{', '.join(check.columns)}" if check.columns else check.mart
    return Finding(
        mart=check.mart,
        check=check.type,
        columns=check.columns,
        severity=severity,
        sentence=f"{check.type} on {where} {what}".strip(),
    )


def _refusal(mart: str, sentence: str) -> Finding:
    return Finding(mart=mart, check="suite", columns=[], severity=CRITICAL, sentence=sentence)


def show(result: AuditResult) -> None:
    """Tell people what was checked."""
    say(
        f"audited {len(result.rows)} marts in {result.seconds:.1f} s:"
        f" {result.checks} checks, {len(result.warnings)} warnings"
    )
    for warning in result.warnings:
        say(f"warning: {warning.sentence}")


@click.command(name="audit")
@home_option
@json_option
def command(home: Home, *, as_json: bool) -> None:
    """Check the built marts at the border. Publishes nothing."""
    with runs.recorded(home, "audit") as run:
        result = audit_in_run(home, run)
    emit(result, as_json=as_json, show=show)
