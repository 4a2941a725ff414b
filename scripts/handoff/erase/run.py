"""One erasure, from the rows to the last file; stopped anywhere, calling it again finishes it.

First one transaction takes the rows out and remembers, by keyed hashes, whom to keep out. Then
every file is rewritten, by those hashes. Only when all are is the erasure noted as finished.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from handoff.alerts import memory
from handoff.engine import limits, open_file, open_to_look
from handoff.erase import files, landing, rows
from handoff.erase.person import Person, find
from handoff.errors import UsageError
from handoff.hash_key import EMAIL, LEAD, HashKey, hash_key, known_key
from handoff.home import Home
from handoff.load.contract import create_raw_tables
from handoff.load.suppression import KINDS, Suppression, read_suppression

UNKNOWN = (
    "Nobody with that id or address is in the working database, and nobody with it was erased"
    " before. Ids are compared as they are written, addresses without regard to case."
)


@dataclass(frozen=True)
class EraseResult:
    """What was, or would be, erased: counts and names of files, nothing of the person."""

    is_dry_run: bool
    was_erased_before: bool
    leads: int
    rows: dict[str, int]
    published_rows: dict[str, int] = field(default_factory=dict)
    texts_changed: list[str] = field(default_factory=list)
    alerts_forgotten: int = 0
    leads_with_same_address: list[str] = field(default_factory=list)
    landing: str = ""
    landing_files: list[str] = field(default_factory=list)


def preview(home: Home, who: str, landing_folder: Path) -> EraseResult:
    """Count what `erase` would take out; changes nothing."""
    settings = limits(home.temporary)
    with open_file(_work_db(home), read_only=True, settings=settings) as connection:
        known = _known_or_none(connection, home)
        person = find(connection, who)
        before = _is_known(known, who)
        if not person and not before:
            raise UsageError(UNKNOWN)
        counts = rows.count(connection, person) if person else {}
    # A key for the moment finds the person's files without making one that stays.
    key = known_key(home) or HashKey(b"for this preview only")
    asked = _suppression(key, person.hashes(key) if person else [])
    sought = asked if person else known
    return EraseResult(
        is_dry_run=True,
        was_erased_before=before,
        leads=len(person.leads),
        rows=counts,
        leads_with_same_address=person.others_with_address,
        landing=str(landing_folder),
        landing_files=landing.files_holding(landing_folder, sought),
    )


def erase(home: Home, who: str, landing_folder: Path) -> EraseResult:
    """Erase the person; whoever calls holds the lock of the home."""
    _work_db(home)
    settings = limits(home.temporary)
    with open_file(home.work_db, settings=settings) as connection:
        create_raw_tables(connection)
        person = find(connection, who)
        known = read_suppression(connection, home)
        before = _is_known(known, who)
        if not person and not before:
            raise UsageError(UNKNOWN)
        files.remove_leftovers(home)
        counts = {}
        if person:
            counts = rows.remove(connection, person, hash_key(home), known)
            known = read_suppression(connection, home)
    published_rows = files.rewrite_published(home, known)
    changed = files.scrub_texts(home, known)
    forgotten = memory.forget(home, lambda lead: known.knows(LEAD, lead))
    files.rewrite_work(home)
    with open_file(home.work_db, settings=settings) as connection:
        rows.finish(connection)
    return EraseResult(
        is_dry_run=False,
        was_erased_before=before,
        leads=len(person.leads),
        rows=counts,
        published_rows=published_rows,
        texts_changed=changed,
        alerts_forgotten=forgotten,
        leads_with_same_address=person.others_with_address,
        landing=str(landing_folder),
        landing_files=landing.files_holding(landing_folder, known),
    )


def unfinished(home: Home) -> datetime | None:
    """Say since when an erasure waits to be finished; None: none does."""
    with open_to_look(home.work_db) as connection:
        try:
            found = connection.execute(
                "select min(erased_at) from raw.suppressed where not is_finished"
            ).fetchone()
        except duckdb.CatalogException:
            return None
    return found[0].replace(tzinfo=UTC) if found[0] else None


def _work_db(home: Home) -> Path:
    if not home.work_db.exists():
        message = f"There is no {home.work_db}: nothing was loaded here, so nobody can be erased."
        raise UsageError(message)
    return home.work_db


def _is_known(known: Suppression, who: str) -> bool:
    return any(known.knows(kind, who) for kind in (LEAD, EMAIL))


def _known_or_none(connection: duckdb.DuckDBPyConnection, home: Home) -> Suppression:
    try:
        return read_suppression(connection, home)
    except duckdb.CatalogException:  # loaded before anybody could be erased
        return Suppression()


def _suppression(key: HashKey, hashes: list[tuple[str, str]]) -> Suppression:
    by_kind: dict[str, set[str]] = {kind: set() for kind in KINDS}
    for kind, value in hashes:
        by_kind[kind].add(value)
    return Suppression(key, by_kind)


__all__ = ["EraseResult", "Person", "erase", "preview", "unfinished"]
