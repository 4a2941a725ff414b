"""What is published now: the file BI opens, and the note beside it that says what is in it.

Reading only. The note belongs to one file and names it by its identity on disk; a note of another
file (the machine stopped between the two) is not believed.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from handoff.home import Home


@dataclass(frozen=True)
class Publication:
    """One published set of marts."""

    run_id: str
    as_of: str
    definition: str
    built_at: str | None
    published_at: str
    rows: dict[str, int]


def note_file(home: Home) -> Path:
    """Name the note beside the published file."""
    return home.published_db.with_name("manifest.json")


def identity(path: Path) -> dict[str, int]:
    """Tell one file from every other that ever had its name."""
    found = path.stat()
    return {"inode": found.st_ino, "bytes": found.st_size, "modified_ns": found.st_mtime_ns}


def read_note(home: Home) -> Publication | None:
    """Read the note of the file that is published; None if there is none or it is another's."""
    try:
        note = json.loads(note_file(home).read_text(encoding="utf-8"))
        if note.pop("file") != identity(home.published_db):
            return None
        return Publication(**note)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def count_rows(home: Home) -> dict[str, int]:
    """Count the rows of every published mart, in the file itself."""
    with open_published(home) as connection:
        tables = connection.execute(
            "select table_name from duckdb_tables()"
            " where database_name = 'published' and schema_name = 'marts' order by table_name"
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
    connection = duckdb.connect(":memory:")
    try:
        connection.execute(f"attach {_quoted(marts_file)} as published (read_only)")
    except duckdb.Error:
        connection.close()
        raise
    connection.execute("set TimeZone = 'UTC'")
    return connection


def rows_to_compare(home: Home, as_of: str) -> dict[str, int]:
    """Say how many rows are published; nothing can be expected of an earlier moment."""
    note = read_note(home)
    if note is None or datetime.fromisoformat(as_of) < datetime.fromisoformat(note.as_of):
        return {}
    return note.rows


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"
