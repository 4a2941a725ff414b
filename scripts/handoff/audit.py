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

from handoff import checks_page, gate, published, runs
from handoff.checking import FAILED, NOT_MADE, Finding, not_made, refusal, run_check
from handoff.checking_shortly import passed_shortly
from handoff.collecting import seldom_collecting
from handoff.console import emit, home_option, json_option, say
from handoff.engine import attach, limits, open_files
from handoff.errors import GateFailedError, HandoffError
from handoff.expectations import (
    ACROSS_MARTS,
    CRITICAL,
    SUITES,
    Check,
    MartShape,
    SuiteError,
    read_across,
    read_suite,
    suite_names,
)
from handoff.home import Home
from handoff.mart_frames import answer, count, frame, mart_shapes
from handoff.privacy import first_sentence

NAMED_FAILURES = 3


@dataclass(frozen=True)
class AuditResult:
    """What the audit found; `rows` are the marts as audited."""

    seconds: float
    checks: int
    rows: dict[str, int]
    failures: list[Finding] = field(default_factory=list)
    warnings: list[Finding] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    """What came of every check, those that passed included."""


@seldom_collecting()
def audit(home: Home, *, as_of: str, suites: Path = SUITES) -> AuditResult:
    """Run every suite on its mart; nothing is raised for what is merely wrong with the data."""
    from handoff.gx_session import session as gx_session  # noqa: PLC0415 - its import takes four seconds

    began = time.monotonic()
    session = gx_session()
    findings, rows, asked = [], {}, []
    compared = published.rows_to_compare(home, as_of)
    settings = limits(home.temporary)
    with open_files(home.work_db, home.published_db, settings=settings) as connection:
        attach(connection, home.work_db, "work")
        connection.execute("use work")
        shapes = mart_shapes(connection, compared)
        for name in sorted(set(shapes) | set(suite_names(suites))):
            if name not in shapes:
                findings.append(refusal(name, f"The mart {name} has a suite but was not built."))
                continue
            rows[name] = count(connection, name)
            try:
                asked.append((shapes[name], read_suite(suites, shapes[name])))
            except SuiteError as error:
                findings.append(refusal(name, str(error)))
        found, left = passed_shortly(session, connection, asked)
        findings += found
        for mart, suite in left:
            findings += _run_suite(session, connection, mart, suite)
        # What is damaged is compared with by what its manifest says, and then replaced.
        has_published = bool(compared) and published.is_whole(home)
        if has_published:
            attach(connection, home.published_db, "published")
        findings += _run_across(session, connection, suites, has_published=has_published)
    if not rows:
        findings.append(refusal("", "There is no mart to audit in the working database."))
    failed = [one for one in findings if one.result == FAILED]
    return AuditResult(
        seconds=round(time.monotonic() - began, 3),
        checks=sum(one.result != NOT_MADE for one in findings),
        rows=rows,
        failures=[one for one in failed if one.severity == CRITICAL],
        warnings=[one for one in failed if one.severity != CRITICAL],
        findings=findings,
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
        checks_page.write(run.folder)
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
        found = {"rows": result.rows, "audit_warnings": len(result.warnings)}
        gate.write(home, replace(state, state=gate.AUDITED, **found))
    for warning in result.warnings:
        run.log("warning", level="warning", suite=warning.suite, message=warning.sentence)
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
    for (columns, by_value), checks in groups.items():
        fetched = frame(connection, mart, columns, distinct=by_value)
        batch = session.batch(fetched)
        found += [run_check(session, check, batch) for check in checks]
    return found


def _run_across(
    session: Any,
    connection: duckdb.DuckDBPyConnection,
    suites: Path,
    *,
    has_published: bool,
) -> list[Finding]:
    """Run the checks over all marts together; a question without an answer is a failure."""
    try:
        suite = read_across(suites, has_published=has_published)
    except SuiteError as error:
        return [refusal(ACROSS_MARTS, str(error))]
    found = []
    for number, check in enumerate(suite, start=1):
        if check.lacks:
            found.append(not_made(check, check.lacks))
            continue
        try:
            asked = answer(connection, check.query)
        except duckdb.Error as error:
            why = first_sentence(str(error))
            sentence = f"The query of check {number} cannot be run: {why}"
            # What is published may be older than this suite: that alone must not block what is new.
            severity = check.severity if check.against else CRITICAL
            found.append(replace(refusal(ACROSS_MARTS, sentence), severity=severity))
            continue
        batch = session.batch(asked)
        found.append(run_check(session, check, batch))
    return found


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
