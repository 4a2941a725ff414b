"""Publishes the audited marts: a copy beside the published file, then one move onto its name.

Only tables of the schema `marts` are copied, and only marts the gate says were audited. A reader
that has the old file open keeps it, whole; who opens the name afterwards gets the new one. It
builds nothing and checks no content: that is done before.
"""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import click
import duckdb

from handoff import gate, runs
from handoff.as_of import iso_text
from handoff.console import emit, home_option, json_option, say
from handoff.engine import attach, attach_new, open_files, quoted_name, quoted_text
from handoff.errors import EngineError, GateFailedError
from handoff.home import Home
from handoff.published import Publication, identity, note_file

NOT_FOR_THE_WORLD = 0o027


@dataclass(frozen=True)
class PublishResult:
    """What was published, where, and how long its name stood between two files."""

    path: str
    run_id: str
    as_of: str
    rows: dict[str, int]
    seconds: float
    switch_seconds: float


def publish(home: Home) -> PublishResult:
    """Publish what the gate says was audited; GateFailedError if that is not what is there."""
    began = time.monotonic()
    state = gate.read(home)
    if state is None or state.state != gate.AUDITED:
        raise GateFailedError(_refusal(home, state))
    target = home.published_db
    _remove_leftovers(target)
    temporary = target.with_name(f"{target.name}.{state.run_id}.tmp")
    try:
        rows = _copy(home.work_db, temporary)
        if rows != state.rows:
            message = (
                "The marts are not the ones that were audited: the numbers of rows differ."
                " Nothing is published; run `handoff build` and `handoff audit` again."
            )
            raise GateFailedError(message)
        _sync(temporary)
        switch_seconds = _switch(temporary, target)
    finally:
        _remove_leftovers(target)
    publication = Publication(
        run_id=state.run_id,
        as_of=state.as_of,
        definition=state.definition,
        built_at=state.built_at,
        published_at=iso_text(datetime.now(UTC).replace(microsecond=0)),
        rows=rows,
    )
    runs.write_json(note_file(home), asdict(publication) | {"file": identity(target)})
    return PublishResult(
        path=str(target),
        run_id=state.run_id,
        as_of=state.as_of,
        rows=rows,
        seconds=round(time.monotonic() - began, 3),
        switch_seconds=round(switch_seconds, 6),
    )


def publish_in_run(home: Home, run: runs.Run) -> PublishResult:
    """Publish as a step of `run`."""
    with run.step("publish") as step:
        result = publish(home)
        step.counts = {"rows": result.rows, "switch_seconds": result.switch_seconds}
    return result


def _refusal(home: Home, state: gate.Gate | None) -> str:
    if state is None:
        return f"Nothing was built in {home.path} yet; run `handoff refresh`."
    reasons = {
        gate.BUILDING: "was stopped before its end",
        gate.FAILED: "did not pass",
        gate.BUILT: "was not audited; run `handoff audit` first",
    }
    return f"The last build (run {state.run_id}) {reasons[state.state]}. Nothing is published."


def _copy(source: Path, temporary: Path) -> dict[str, int]:
    """Copy every mart into a new file and count it on both sides."""
    with open_files(source, temporary) as connection:
        attach(connection, source, "source")
        with _private_files():
            attach_new(connection, temporary, "target")
        connection.execute("create schema target.marts")
        tables = connection.execute(
            "select table_name, comment from duckdb_tables()"
            " where database_name = 'source' and schema_name = 'marts' order by table_name"
        ).fetchall()
        rows = {table: _copy_table(connection, table, comment) for table, comment in tables}
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


@contextmanager
def _private_files() -> Iterator[None]:
    """Make files that only the owner and the group may read."""
    before = os.umask(NOT_FOR_THE_WORLD)
    try:
        yield
    finally:
        os.umask(before)


def _switch(temporary: Path, target: Path) -> float:
    """Put the new file in the place of the old; a log left beside that would spoil the new one."""
    began = time.monotonic()
    target.with_name(target.name + ".wal").unlink(missing_ok=True)
    temporary.replace(target)
    taken = time.monotonic() - began
    _sync(target.parent)
    return taken


def _sync(path: Path) -> None:
    """Wait until a file or a folder is on disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _remove_leftovers(target: Path) -> None:
    """Remove copies that never came to be published."""
    for path in target.parent.glob(f"{target.name}.*.tmp*"):
        path.unlink(missing_ok=True)


def show(result: PublishResult) -> None:
    """Tell people where the marts lie."""
    say(f"published {sum(result.rows.values()):,} rows in {len(result.rows)} marts: {result.path}")


@click.command(name="publish")
@home_option
@json_option
def command(home: Home, *, as_json: bool) -> None:
    """Put the audited marts where BI reads them, all at once."""
    with runs.recorded(home, "publish") as run:
        result = publish_in_run(home, run)
    emit(result, as_json=as_json, show=show)
