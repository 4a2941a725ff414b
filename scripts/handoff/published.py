"""What is published now: the versions that are kept, which one is served, and whether it is whole.

Reading only. A version is a folder of `published/`: the marts, a manifest that says what they are
and what their bytes must be, and whatever was drawn from them. `current` links to the one served.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from handoff.engine import attach, open_files
from handoff.home import Home

MARTS, REPORT, MANIFEST = "marts.duckdb", "report.html", "manifest.json"
# One row that says which run a reader reads; beside the marts, and none of them.
PUBLICATION = "publication"
DIGEST = "sha256"
NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Publication:
    """What the manifest of a version says."""

    run_id: str
    as_of: str
    definition: str
    built_at: str | None
    published_at: str | None
    """When it was put in its place last; None: it never was."""
    rows: dict[str, int]
    warnings: int | None = None
    report_fault: str | None = None
    """Why the report could not be drawn, which is one of the warnings; None: nothing was wrong."""
    code: str | None = None
    input: str | None = None
    next_due_at: str | None = None
    """Before this moment the passing of time changes no mart; None: nobody knows."""
    replaces: str | None = None
    """The version that was served before it."""
    files: dict[str, dict[str, Any]] = field(default_factory=dict)
    software: dict[str, str] = field(default_factory=dict)

    @property
    def put_in_place(self) -> datetime:
        """When it was published, as a moment that can be compared."""
        return datetime.fromisoformat(self.published_at) if self.published_at else NEVER


@dataclass(frozen=True)
class Version:
    """One version: its folder, and what its manifest says (None: it cannot be read)."""

    folder: Path
    publication: Publication | None

    @property
    def name(self) -> str:
        """The name by which it is found and rolled back to: the run that built it."""
        return self.folder.name

    @property
    def marts_file(self) -> Path:
        """The database of this version."""
        return self.folder / MARTS


def served_folder(home: Home) -> Path | None:
    """Name the folder that `current` leads to, whether it is there or not."""
    if not home.current.is_symlink():
        return None
    return home.published / home.current.readlink()


def served(home: Home) -> Version | None:
    """Read the version that is served; None if none is, or if it is gone."""
    folder = served_folder(home)
    return read_version(folder) if folder is not None and folder.is_dir() else None


def report_path(home: Home) -> str | None:
    """Name the report of what is served, by the name that stays; None: there is none."""
    path = home.published / REPORT
    return str(path) if path.is_file() else None


def is_plain(home: Home) -> bool:
    """Tell whether the marts are a file of their own, as before there were versions."""
    return home.published_db.exists() and not home.published_db.is_symlink()


def read_version(folder: Path) -> Version:
    """Read one version's manifest."""
    try:
        content = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        known = {one.name for one in fields(Publication)}
        said = Publication(**{name: one for name, one in content.items() if name in known})
        return Version(folder, said if said.put_in_place else None)
    except (OSError, ValueError, TypeError, AttributeError):
        return Version(folder, None)


def versions(home: Home) -> list[Version]:
    """List the versions that are kept, the one published last first."""
    folders = [
        path
        for path in (home.published.iterdir() if home.published.is_dir() else ())
        if path.name[0] != "."
        and path.is_dir()
        and not path.is_symlink()
        and any((path / name).exists() for name in (MARTS, MANIFEST))
    ]
    return sorted(map(read_version, folders), key=_published_last, reverse=True)


def _published_last(version: Version) -> tuple[datetime, str]:
    said = version.publication
    return (said.put_in_place if said else NEVER, version.name)


def read_note(home: Home) -> Publication | None:
    """Say what is served; None if nothing is, or if nobody knows what it is."""
    if is_plain(home):
        return plain_note(home)
    found = served(home)
    return found.publication if found else None


def plain_note(home: Home) -> Publication | None:
    """Read the note beside a file without versions; one of another file is not believed."""
    try:
        note = json.loads((home.published / MANIFEST).read_text(encoding="utf-8"))
        if note.pop("file") != identity(home.published_db):
            return None
        return Publication(**note)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def identity(path: Path) -> dict[str, int]:
    """Tell one file from every other that ever had its name."""
    found = path.stat()
    return {"inode": found.st_ino, "bytes": found.st_size, "modified_ns": found.st_mtime_ns}


def fingerprint(path: Path) -> dict[str, Any]:
    """Say what the bytes of a file are, as a manifest does."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, DIGEST).hexdigest()
    return {DIGEST: digest, "bytes": path.stat().st_size}


def faults(version: Version) -> list[str]:
    """Hold a version against its manifest: each difference one sentence, none if it is whole."""
    if version.publication is None:
        return [f"{MANIFEST} is missing or cannot be read."]
    if MARTS not in version.publication.files:
        return [f"{MANIFEST} says nothing of {MARTS}."]
    found = list(_file_faults(version))
    return found or list(_row_faults(version))


def _file_faults(version: Version) -> Iterator[str]:
    for name, expected in version.publication.files.items():
        path = version.folder / name
        if not path.is_file():
            yield f"{name} is missing."
        elif path.stat().st_size != expected["bytes"]:
            yield f"{name} has {path.stat().st_size:,} bytes, expected {expected['bytes']:,}."
        elif fingerprint(path)[DIGEST] != expected[DIGEST]:
            yield f"{name} has other bytes than were published (the checksum differs)."


def _row_faults(version: Version) -> Iterator[str]:
    try:
        rows = rows_of(version.marts_file)
    except duckdb.Error:
        yield f"{MARTS} does not open as a database."
        return
    expected = version.publication.rows
    for mart in sorted(set(rows) | set(expected)):
        if rows.get(mart) != expected.get(mart):
            yield f"{mart} has {rows.get(mart, 'no')} rows, expected {expected.get(mart, 'no')}."


def is_whole(home: Home) -> bool:
    """Tell whether readers can read what is served, and whether it is what was published."""
    if is_plain(home):
        try:
            return bool(rows_of(home.published_db))
        except duckdb.Error:
            return False
    version = served(home)
    return version is not None and home.published_db.exists() and not faults(version)


def count_rows(home: Home) -> dict[str, int]:
    """Count the rows of every published mart, in the file itself."""
    return rows_of(home.published_db)


def rows_of(marts_file: Path) -> dict[str, int]:
    """Count the rows of every mart in a file."""
    with open_marts(marts_file) as connection:
        tables = connection.execute(
            "select table_name from duckdb_tables()"
            " where database_name = 'published' and schema_name = 'marts' and table_name <> ?"
            " order by table_name",
            [PUBLICATION],
        ).fetchall()
        return {
            table: connection.execute(f'select count(*) from published.marts."{table}"').fetchall()[
                0
            ][0]
            for (table,) in tables
        }


def open_published(home: Home) -> duckdb.DuckDBPyConnection:
    """Open the published file read-only, as catalog `published`."""
    return open_marts(home.published_db)


def open_marts(marts_file: Path) -> duckdb.DuckDBPyConnection:
    """Open a file of marts read-only, as catalog `published`.

    Under another name than its own: opened directly its catalog is called `marts` like its schema,
    and DuckDB finds `marts.dim_leads` ambiguous.
    """
    connection = open_files(marts_file)
    try:
        attach(connection, marts_file, "published")
    except BaseException:
        connection.close()
        raise
    return connection


def rows_to_compare(home: Home, as_of: str) -> dict[str, int]:
    """Say how many rows are published; nothing can be expected of an earlier moment."""
    note = read_note(home)
    if note is None or datetime.fromisoformat(as_of) < datetime.fromisoformat(note.as_of):
        return {}
    return note.rows
