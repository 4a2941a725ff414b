"""What is served, whether it is whole and how fresh, what the last runs did. Changes nothing.

It needs no lock. The file that readers open is held against its manifest: checksum, opening, rows.
"""

from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click
import duckdb
from rich.table import Table

from handoff import lock, published, runs
from handoff.as_of import iso_text
from handoff.console import emit, home_option, json_option, people, say
from handoff.errors import EXIT_ENGINE
from handoff.home import Home

LAST_RUNS = 5
LOOKED_BACK = 50  # runs, for the last time somebody looked and found nothing new


@dataclass(frozen=True)
class Status:
    """The state of one home folder; `trouble` is one sentence if what is served is not whole."""

    home: str
    published: dict[str, Any] | None
    trouble: str | None
    running: dict[str, Any] | None
    runs: list[dict[str, Any]]
    erasing_since: str | None
    """Since when an erasure waits to be finished; None: none does, or nobody can look now."""


def status(home: Home, *, last: int = LAST_RUNS) -> Status:
    """Look at what is served and at the records of runs."""
    records = runs.recent(home, max(last, LOOKED_BACK))
    found, trouble = _published(home)
    if found is not None:
        found["checked_at"] = _checked_at(records, found.get("run_id"))
    return Status(
        home=str(home.path),
        published=found,
        trouble=trouble,
        running=lock.holder(home),
        runs=[_brief(record) for record in records[:last]],
        erasing_since=_erasing_since(home),
    )


def _erasing_since(home: Home) -> str | None:
    """Ask the working database, unless a run is at work in it."""
    from handoff.erase.run import unfinished  # noqa: PLC0415 - half of what status has to import

    try:
        since = unfinished(home) if home.work_db.exists() else None
    except duckdb.Error:
        return None
    return iso_text(since.replace(microsecond=0)) if since else None


def _published(home: Home) -> tuple[dict[str, Any] | None, str | None]:
    """Say what is served, and what is wrong with it."""
    if published.is_plain(home):
        return _plain(home)
    kept = published.versions(home)
    folder = published.served_folder(home)
    if folder is None and not kept and not home.published_db.is_symlink():
        return None, None
    if folder is None or not folder.is_dir():
        gone = "no version is served" if folder is None else f"the version {folder.name} is gone"
        others = [version.name for version in kept if version.publication is not None]
        remedy = f"`handoff rollback --to {others[0]}` or `handoff refresh`"
        trouble = f"Nothing can be read, {gone}: run {remedy if others else '`handoff refresh`'}."
        return None, trouble
    version = published.read_version(folder)
    wrong = published.faults(version)
    newer = [one.name for one in kept if _is_newer(one, version)]
    facts = asdict(version.publication) if version.publication else {}
    at = facts.get("published_at") or _modified(home.current)
    found = facts | {
        "path": str(home.published_db),
        "report": published.report_path(home),
        "version": version.name,
        "published_at": at,
        "age_seconds": _age(at),
        # Counted in the file, whatever the manifest says: this is what readers see.
        "rows": _rows(version.marts_file),
        "is_whole": not wrong,
        "is_noted": version.publication is not None,
        "faults": wrong,
        "is_rolled_back": bool(newer),
        "newer_versions": newer,
        "kept_versions": [one.name for one in kept],
    }
    if wrong:
        return found, (
            f"The version {version.name} that is served is damaged: {' '.join(wrong)}"
            " Run `handoff rollback` to serve the one before, or `handoff refresh`."
        )
    if not home.published_db.exists() or not home.published_db.samefile(version.marts_file):
        return found, (
            f"{home.published_db} does not lead to the version that is served;"
            " run `handoff refresh` or `handoff rollback`, either mends it."
        )
    return found, None


def _plain(home: Home) -> tuple[dict[str, Any], str | None]:
    """Describe a file that was published before there were versions."""
    note = published.plain_note(home)
    facts = asdict(note) if note else {}
    at = facts.get("published_at") or _modified(home.published_db)
    rows = _rows(home.published_db)
    found = facts | {
        "path": str(home.published_db),
        "report": published.report_path(home),
        "version": None,
        "published_at": at,
        "age_seconds": _age(at),
        "rows": rows,
        "is_whole": rows is not None,
        "is_noted": note is not None,
        "faults": [],
        "is_rolled_back": False,
        "newer_versions": [],
        "kept_versions": [one.name for one in published.versions(home)],
    }
    if rows is None:
        return found, f"{home.published_db} cannot be read as a database; run `handoff refresh`."
    return found, None


def _is_newer(one: published.Version, than: published.Version) -> bool:
    """Tell whether a version was put in its place after another one."""
    if one.publication is None or than.publication is None:
        return False
    return one.publication.put_in_place > than.publication.put_in_place


def _rows(marts_file: Path) -> dict[str, int] | None:
    try:
        return published.rows_of(marts_file)
    except duckdb.Error:
        return None


def _age(at: str) -> int:
    age = datetime.now(UTC) - datetime.fromisoformat(at)
    return max(0, int(age.total_seconds()))


def _modified(path: Path) -> str:
    moment = datetime.fromtimestamp(path.lstat().st_mtime, UTC)
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")


def _checked_at(records: list[dict[str, Any]], run_id: str | None) -> str | None:
    """Say when a refresh last found that nothing is new beyond what is served."""
    ends = (
        one.get("ended_at")
        for one in records
        if one.get("outcome") == runs.UNCHANGED and one.get("checked") == run_id
    )
    return next((at for at in ends if at), None)


def _brief(record: dict[str, Any]) -> dict[str, Any]:
    names = ("run_id", "command", "status", "exit_code", "started_at", "seconds", "as_of", "error")
    return {name: record.get(name) for name in (*names, "outcome", "published")}


def show(found: Status) -> None:
    """Tell people, the most asked first."""
    if found.trouble is not None:
        say(found.trouble)
    elif found.published is None:
        say(f"Nothing was ever published in {found.home}; run `handoff refresh`.")
    if found.published is not None:
        _show_published(found.published)
    if found.erasing_since is not None:
        say(
            f"An erasure begun at {found.erasing_since} was stopped: bytes of the person may still"
            " be in files. Call `handoff erase` with the same id or address again; it finishes it."
        )
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
        say(
            "Its manifest is missing or belongs to another file; the next refresh writes a new one."
        )
    say(f"Published {facts['published_at']}, {age} ago (h:mm:ss).")
    if facts["is_rolled_back"]:
        newer = ", ".join(facts["newer_versions"])
        say(f"It was rolled back to: {newer} came later. The next refresh publishes as always.")
    if facts.get("report_fault"):
        say(f"No report could be drawn of it ({facts['report_fault']}): run `handoff report`.")
    if facts["report"]:
        say(f"Report: {facts['report']}")
    if facts["checked_at"]:
        say(f"Checked {facts['checked_at']}: unchanged, nothing new had come and nothing was due.")
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
            record["outcome"] or record["status"],
            "-" if record["exit_code"] is None else str(record["exit_code"]),
            "-" if record["seconds"] is None else f"{record['seconds']:.1f}",
            record["as_of"] or "-",
        )
    return table


@click.command(name="status")
@home_option
@json_option
def command(home: Home, *, as_json: bool) -> None:
    """Say what is served, whether it is whole, how fresh, and what the last runs did.

    Ends with 5 if what is served is damaged or missing.
    """
    found = status(home)
    emit(found, as_json=as_json, show=show)
    if found.trouble is not None:
        click.get_current_context().exit(EXIT_ENGINE)
