"""What is published, how fresh it is, what the last runs did. Changes nothing, needs no lock."""

from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import click
import duckdb
from rich.table import Table

from handoff import lock, published, runs
from handoff.console import emit, home_option, json_option, people, say
from handoff.home import Home

LAST_RUNS = 5


@dataclass(frozen=True)
class Status:
    """The state of one home folder."""

    home: str
    published: dict[str, Any] | None
    running: dict[str, Any] | None
    runs: list[dict[str, Any]]


def status(home: Home, *, last: int = LAST_RUNS) -> Status:
    """Look at what is published and at the records of runs."""
    return Status(
        home=str(home.path),
        published=_published(home),
        running=lock.holder(home),
        runs=[_brief(record) for record in runs.recent(home, last)],
    )


def _published(home: Home) -> dict[str, Any] | None:
    if not home.published_db.exists():
        return None
    note = published.read_note(home)
    facts = asdict(note) if note else {}
    at = facts.get("published_at") or _modified(home)
    age = datetime.now(UTC) - datetime.fromisoformat(at)
    rows = _rows(home)
    return facts | {
        "path": str(home.published_db),
        "published_at": at,
        "age_seconds": max(0, int(age.total_seconds())),
        # Counted in the file, whatever the note says: this is what readers see.
        "rows": rows,
        "is_readable": rows is not None,
        "is_noted": note is not None,
    }


def _rows(home: Home) -> dict[str, int] | None:
    try:
        return published.count_rows(home)
    except duckdb.Error:
        return None


def _modified(home: Home) -> str:
    moment = datetime.fromtimestamp(home.published_db.stat().st_mtime, UTC)
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")


def _brief(record: dict[str, Any]) -> dict[str, Any]:
    names = ("run_id", "command", "status", "exit_code", "started_at", "seconds", "as_of", "error")
    return {name: record.get(name) for name in names}


def show(found: Status) -> None:
    """Tell people, the most asked first."""
    if found.published is None:
        say(f"Nothing was ever published in {found.home}; run `handoff refresh`.")
    else:
        _show_published(found.published)
    if found.running is not None:
        held = found.running
        say(f"Running now: {held.get('command')}, run {held.get('run_id')}.")
    if found.runs:
        people.print(_runs_table(found.runs))
        failed = next((run for run in found.runs if run["error"]), None)
        if failed:
            say(f"Last error (run {failed['run_id']}): {failed['error']}")


def _show_published(facts: dict[str, Any]) -> None:
    age = timedelta(seconds=facts["age_seconds"])
    say(f"Published: {facts['path']}")
    if facts["is_noted"]:
        say(f"As of {facts['as_of']}, built {facts['built_at']} by run {facts['run_id']}.")
    else:
        say("Its note is missing or belongs to another file; the next refresh writes a new one.")
    say(f"Published {facts['published_at']}, {age} ago (h:mm:ss).")
    if not facts["is_readable"]:
        say("It cannot be read as a database; the next refresh replaces it.")
    for mart, rows in (facts["rows"] or {}).items():
        say(f"  {mart}: {rows:,} rows")


def _runs_table(records: list[dict[str, Any]]) -> Table:
    table = Table(title="\nLast runs", title_justify="left", box=None, padding=(0, 1, 0, 0))
    for heading in ("run", "command", "status", "exit", "seconds", "as of"):
        table.add_column(heading, no_wrap=True)
    for record in records:
        table.add_row(
            record["run_id"],
            record["command"] or "-",
            record["status"],
            "-" if record["exit_code"] is None else str(record["exit_code"]),
            "-" if record["seconds"] is None else f"{record['seconds']:.1f}",
            record["as_of"] or "-",
        )
    return table


@click.command(name="status")
@home_option
@json_option
def command(home: Home, *, as_json: bool) -> None:
    """Say what is published, how fresh it is, and what the last runs did."""
    emit(status(home), as_json=as_json, show=show)
