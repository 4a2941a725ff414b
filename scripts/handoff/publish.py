"""Publishes the audited marts: a version made beside the one served, then one link replaced.

Only tables of the schema `marts` are copied, and only marts the gate says were audited. `prepare`
makes the version, complete and not yet served, so that the report can be drawn from it (marts that
are right do not wait for a picture that fails); `switch` serves it. A reader that has the old file
open keeps it, whole; who opens the name afterwards gets the new one. It builds nothing and checks
no content: that is done before.
"""

import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as version_of
from pathlib import Path

import click
import duckdb

from handoff import gate, runs, versions
from handoff.as_of import sql_text
from handoff.collecting import seldom_collecting
from handoff.console import emit, home_option, json_option, say
from handoff.engine import attach, attach_new, limits, open_files, quoted_name, quoted_text
from handoff.errors import EngineError, GateFailedError
from handoff.home import Home
from handoff.privacy import first_sentence, masked
from handoff.published import (
    MARTS,
    PUBLICATION,
    REPORT,
    Publication,
    Version,
    faults,
    read_version,
    report_path,
    served,
    served_folder,
)
from handoff.settings import read_settings

SOFTWARE = ("handoff", "duckdb", "dbt-core", "dbt-duckdb", "great-expectations")
REPORT_LOG = "report-fault.log"
COMMENTS = {
    "run_id": "The run that built these marts; the name of its folder in `published/`.",
    "as_of": "The moment the marts speak of, UTC.",
    "definition_fingerprint": "SHA-256 of the definition they were built by.",
    "built_at": "When they were built, UTC.",
}


@dataclass(frozen=True)
class PublishResult:
    """What was published, where, and how long its name stood between two files."""

    path: str
    report: str | None
    report_warning: str | None
    version: str
    run_id: str
    as_of: str
    rows: dict[str, int]
    files: list[str]
    removed: list[str]
    seconds: float
    switch_seconds: float


def publish(home: Home, *, draw: Callable[[Version], None] | None = None) -> PublishResult:
    """Prepare, let `draw` add to the version what is drawn from it, and switch."""
    began = time.monotonic()
    version = prepare(home)
    with _withdrawn_if_stopped(home, version):
        if draw is not None:
            version, _ = drawn(version, draw)
        result = switch(home, version)
    return replace(result, seconds=round(time.monotonic() - began, 3))


def prepare(home: Home) -> Version:
    """Make a version of what the gate says was audited; GateFailedError if that is not there."""
    state = gate.read(home)
    if state is None or state.state != gate.AUDITED:
        raise GateFailedError(_refusal(home, state))
    read_settings(home)  # one that cannot be understood stops the run here, not after the switch
    versions.mend(home)
    made = _made_before(home, state)
    if made is not None:
        return made
    name = versions.free_name(home, state.run_id)
    with versions.new_version(home, name) as folder:
        rows = _copy(home, folder / MARTS, state)
        if rows != state.rows:
            message = (
                "The marts are not the ones that were audited: the numbers of rows differ."
                " Nothing is published; run `handoff build` and `handoff audit` again."
            )
            raise GateFailedError(message)
        versions.describe(folder, _publication(state, rows))
    return read_version(home.published / name)


def drawn(version: Version, draw: Callable[[Version], object]) -> tuple[Version, Exception | None]:
    """Let `draw` add to a version; what goes wrong is one warning of the version more, no end."""
    said = version.publication
    fault = None
    try:
        draw(version)
    except Exception as error:  # noqa: BLE001 - whatever it is, the marts are right
        fault = error
    before, now = said.report_fault is not None, fault is not None
    said = replace(
        said,
        warnings=None if said.warnings is None else said.warnings - before + now,
        report_fault=f"{type(fault).__name__}: {first_sentence(str(fault))}" if fault else None,
    )
    return replace(version, publication=said), fault


def switch(home: Home, version: Version) -> PublishResult:
    """Serve a prepared version, whatever was put into its folder since included."""
    began = time.monotonic()
    before = served(home)
    said = version.publication
    if before is not None and before.name != version.name:
        said = replace(said, replaces=before.name)
    versions.describe(version.folder, said)
    switch_seconds = versions.serve(home, version)
    published = versions.mark_published(home, read_version(version.folder)).publication
    removed = versions.prune(home, read_settings(home).publish.keep_versions)
    return PublishResult(
        path=str(home.published_db),
        report=report_path(home),
        report_warning=report_warning(published),
        version=version.name,
        run_id=published.run_id,
        as_of=published.as_of,
        rows=published.rows,
        files=sorted(published.files),
        removed=removed,
        seconds=round(time.monotonic() - began, 3),
        switch_seconds=round(switch_seconds, 6),
    )


@contextmanager
def prepared_in_run(home: Home, run: runs.Run) -> Iterator[Version]:
    """Prepare and draw the report as steps of `run`; the body switches."""
    with run.step("prepare") as step:
        version = prepare(home)
        step.counts = {"rows": version.publication.rows}
    with _withdrawn_if_stopped(home, version):
        yield report_in_run(version, run)


def switch_in_run(home: Home, version: Version, run: runs.Run) -> PublishResult:
    """Switch as a step of `run`."""
    with run.step("publish") as step:
        result = switch(home, version)
        step.counts = {"switch_seconds": result.switch_seconds, "removed": len(result.removed)}
        run.facts["published"] = result.version
    return result


def report_in_run(version: Version, run: runs.Run) -> Version:
    """Draw the report as a step of `run`; one that cannot be drawn is a warning of the run."""
    with run.step("report") as step:
        version, fault = drawn(version, _draw_report)
        if fault is None:
            step.counts = {"bytes": (version.folder / REPORT).stat().st_size}
        else:
            step.counts = {"bytes": 0, "warnings": 1}
            trace = "".join(traceback.format_exception(fault))
            (run.folder / REPORT_LOG).write_text(masked(trace), encoding="utf-8")
            run.facts["report_fault"] = version.publication.report_fault
            run.log("warning", level="warning", message=report_warning(version.publication))
    return version


def report_warning(said: Publication) -> str | None:
    """Say that there is no report, and why; None: there is one."""
    if said.report_fault is None:
        return None
    return (
        f"The report could not be drawn ({said.report_fault}); the marts are published without a"
        f" new one. The trace is in {REPORT_LOG} of the run's folder; `handoff report` tries again."
    )


@seldom_collecting()
def _draw_report(version: Version) -> None:
    from handoff.report.write import write  # noqa: PLC0415 - drawing is slow to import

    write(version.marts_file, version.folder / REPORT)


@contextmanager
def _withdrawn_if_stopped(home: Home, version: Version) -> Iterator[None]:
    """Remove a prepared version if the body fails before it is served."""
    try:
        yield
    except BaseException:
        now = read_version(version.folder)
        was_served = now.publication is None or now.publication.published_at is not None
        if not was_served and served_folder(home) != version.folder:
            versions.discard(home, now)
        raise


def _made_before(home: Home, state: gate.Gate) -> Version | None:
    """Find the version of this very build, if it was made before and is whole."""
    version = read_version(home.published / state.run_id)
    said = version.publication
    if said is None or (said.built_at, said.as_of) != (state.built_at, state.as_of):
        return None
    return version if said.rows == state.rows and not faults(version) else None


def _publication(state: gate.Gate, rows: dict[str, int]) -> Publication:
    return Publication(
        run_id=state.run_id,
        as_of=state.as_of,
        definition=state.definition,
        built_at=state.built_at,
        published_at=None,
        rows=rows,
        warnings=state.warnings + state.audit_warnings,
        code=state.code,
        input=state.input,
        next_due_at=state.next_due_at,
        software=software(),
    )


def software() -> dict[str, str]:
    """Say which versions of what built and wrote the marts."""
    found = {"python": sys.version.split()[0]}
    for name in SOFTWARE:
        try:
            found[name] = version_of(name)
        except PackageNotFoundError:  # run from a checkout that was never installed
            found[name] = "unknown"
    return found


def _refusal(home: Home, state: gate.Gate | None) -> str:
    if state is None:
        return f"Nothing was built in {home.path} yet; run `handoff refresh`."
    reasons = {
        gate.BUILDING: "was stopped before its end",
        gate.FAILED: "did not pass",
        gate.BUILT: "was not audited; run `handoff audit` first",
    }
    return f"The last build (run {state.run_id}) {reasons[state.state]}. Nothing is published."


def _copy(home: Home, target: Path, state: gate.Gate) -> dict[str, int]:
    """Copy every mart into a new file, count it on both sides, and say whose marts they are."""
    source, settings = home.work_db, limits(home.temporary)
    with open_files(source, target, settings=settings) as connection:
        attach(connection, source, "source")
        attach_new(connection, target, "target")
        connection.execute("create schema target.marts")
        tables = connection.execute(
            "select table_name, comment from duckdb_tables()"
            " where database_name = 'source' and schema_name = 'marts' order by table_name"
        ).fetchall()
        rows = {table: _copy_table(connection, table, comment) for table, comment in tables}
        _sign(connection, state)
        connection.execute("detach target")  # writes the checkpoint: the file stands without a log
    return rows


def _copy_table(connection: duckdb.DuckDBPyConnection, table: str, comment: str | None) -> int:
    name = quoted_name(table)
    connection.execute(f"create table target.marts.{name} as from source.marts.{name}")
    if comment:
        connection.execute(f"comment on table target.marts.{name} is {quoted_text(comment)}")
    for column, words in connection.execute(
        "select column_name, comment from duckdb_columns() where database_name = 'source'"
        " and schema_name = 'marts' and table_name = ? and comment is not null",
        [table],
    ).fetchall():
        statement = (
            f"comment on column target.marts.{name}.{quoted_name(column)} is {quoted_text(words)}"
        )
        connection.execute(statement)
    counts = {
        side: connection.execute(f"select count(*) from {side}.marts.{name}").fetchall()[0][0]
        for side in ("source", "target")
    }
    if counts["source"] != counts["target"]:
        message = f"The copy of {table} has {counts['target']} rows, expected {counts['source']}."
        raise EngineError(message)
    return counts["target"]


def _sign(connection: duckdb.DuckDBPyConnection, state: gate.Gate) -> None:
    """Write the one row by which a reader knows which run it reads."""
    connection.execute(
        f"create table target.marts.{PUBLICATION} (run_id varchar not null,"
        " as_of timestamp not null, definition_fingerprint varchar not null, built_at timestamp)"
    )
    built_at = sql_text(datetime.fromisoformat(state.built_at)) if state.built_at else None
    as_of = sql_text(datetime.fromisoformat(state.as_of))
    connection.execute(
        f"insert into target.marts.{PUBLICATION} values (?, ?, ?, ?)",
        [state.run_id, as_of, state.definition, built_at],
    )
    words = quoted_text("One row: the run that all tables of this file come from.")
    connection.execute(f"comment on table target.marts.{PUBLICATION} is {words}")
    for column, comment in COMMENTS.items():
        name = f"target.marts.{PUBLICATION}.{column}"
        connection.execute(f"comment on column {name} is {quoted_text(comment)}")


def show(result: PublishResult) -> None:
    """Tell people where the marts lie."""
    say(f"published {sum(result.rows.values()):,} rows in {len(result.rows)} marts: {result.path}")
    show_report(result.report, result.report_warning)


def show_report(report: str | None, warning: str | None = None) -> None:
    """Tell people where the report lies, or why there is none."""
    if warning:
        say(f"warning: {warning}")
    if report:
        say(f"report: {report}")


@click.command(name="publish")
@home_option
@json_option
def command(home: Home, *, as_json: bool) -> None:
    """Put the audited marts where BI reads them, all at once."""
    with runs.recorded(home, "publish") as run, prepared_in_run(home, run) as version:
        result = switch_in_run(home, version, run)
    emit(result, as_json=as_json, show=show)
