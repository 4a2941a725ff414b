"""Rewrites the files in which an erased person's bytes may still stand, each in one move.

DELETE leaves bytes in a database file, so it is copied, live rows only, into a fresh one.
Everything here goes by keyed hashes and may be repeated: stopped anywhere, the next call does
the rest.
"""

import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb

from handoff import published
from handoff.engine import (
    attach,
    attach_new,
    limits,
    open_files,
    quoted_name,
)
from handoff.erase.rows import ERASED
from handoff.hash_key import EMAIL, LEAD
from handoff.home import Home
from handoff.load.suppression import ADDRESS, Suppression
from handoff.runs import write_json
from handoff.versions import private_files

LEFTOVER = ".erasing"
TEXTS = {".json", ".jsonl", ".log", ".html", ".txt"}
# In quotes, in tags, between spaces: digits alone are a person's id only where quotes say so.
TOKEN = re.compile(r"(?<![\w-])[\w-]+(?![\w-])")


def rewrite_work(home: Home) -> None:
    """Write the working database afresh: what was deleted in it is not in the new file."""
    _replace(home.work_db, catalog=home.work_db.stem, temporary=home.temporary)


def rewrite_published(home: Home, erased: Suppression) -> dict[str, int]:
    """Take the leads' rows out of every published database; returns rows by file."""
    removed = {}
    folder = home.published_db.parent
    for path in sorted(folder.rglob("*.duckdb")):
        if path.is_symlink() or not path.is_file():
            continue
        rows = _without_leads(path, erased, home.temporary)
        if rows:
            removed[path.relative_to(home.path).as_posix()] = rows
        note_rewritten(path)
    return removed


def scrub_texts(home: Home, erased: Suppression) -> list[str]:
    """Take ids and addresses out of logs, records and reports; returns the files changed."""
    changed = []
    for folder in (home.runs, home.published_db.parent):
        for path in sorted(folder.rglob("*")):
            if path.suffix not in TEXTS or path.is_symlink() or not path.is_file():
                continue
            text = path.read_text(encoding="utf-8", errors="surrogateescape")
            clean = _scrubbed(text, erased)
            if clean != text:
                _write_text(path, clean)
                note_rewritten(path)
                changed.append(path.relative_to(home.path).as_posix())
    return changed


def remove_leftovers(home: Home) -> None:
    """Remove what an earlier call that was stopped has left, and what engines have spilled."""
    for path in (home.path, *(one for one in home.published_db.parent.rglob("*") if one.is_dir())):
        for found in [*path.glob(f"*{LEFTOVER}*")]:
            found.unlink(missing_ok=True)
    for found in home.published_db.parent.glob("*"):
        if found.is_file() and LEFTOVER in found.name:
            found.unlink(missing_ok=True)
    for spilled in home.temporary.iterdir() if home.temporary.is_dir() else ():
        if spilled.is_dir() and not spilled.is_symlink():
            shutil.rmtree(spilled)
        else:
            spilled.unlink(missing_ok=True)


def note_rewritten(path: Path) -> None:
    """Let the manifest beside a published file speak of the file as it is now."""
    manifest = path.with_name("manifest.json")
    try:
        note = json.loads(manifest.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return  # without a manifest there is nothing that could contradict the file
    before = json.dumps(note)
    if path.suffix == ".duckdb" and isinstance(note.get("rows"), dict):
        note["rows"] = {mart: rows for mart, rows in _rows(path).items() if mart in note["rows"]}
    if "file" in note and path.suffix == ".duckdb":
        note["file"] = published.identity(path)
    if path.name in (note.get("files") or {}):
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        note["files"][path.name] |= {"sha256": digest, "bytes": path.stat().st_size}
    if json.dumps(note) != before:
        mode = manifest.stat().st_mode & 0o777
        write_json(manifest, note)
        manifest.chmod(mode)


def _without_leads(path: Path, erased: Suppression, temporary: Path) -> int:
    """Delete in a copy, and put a copy of that in the file's place; 0: it was clean."""
    with open_files(path) as connection:
        attach(connection, path, "marts_file")
        leads = sorted(set(_erased_leads(connection, "marts_file", erased)))
    if not leads:
        return 0
    deleted = 0

    def delete(copy: Path) -> None:
        nonlocal deleted
        with open_files(copy) as connection:
            attach_new(connection, copy, "fresh")
            for schema, table in _lead_tables(connection, "fresh"):
                name = ".".join(map(quoted_name, ("fresh", schema, table)))
                deleted += connection.execute(
                    f"delete from {name} where {LEAD} in (select unnest(?::varchar[]))", [leads]
                ).fetchone()[0]

    _replace(path, catalog="marts_file", temporary=temporary, change=delete)
    return deleted


def _erased_leads(
    connection: duckdb.DuckDBPyConnection, catalog: str, erased: Suppression
) -> Iterator[str]:
    for schema, table in _lead_tables(connection, catalog):
        name = ".".join(map(quoted_name, (catalog, schema, table)))
        for (lead,) in connection.execute(
            f"select distinct {LEAD} from {name} where {LEAD} is not null"
        ).fetchall():
            if erased.knows(LEAD, lead):
                yield lead


def _lead_tables(connection: duckdb.DuckDBPyConnection, catalog: str) -> list[tuple[str, str]]:
    """List the tables with a row, or several, for a lead."""
    return connection.execute(
        "select tables.schema_name, tables.table_name from duckdb_tables() as tables"
        " join duckdb_columns() as columns using (table_oid)"
        " where tables.database_name = columns.database_name and columns.column_name = ?"
        " and tables.database_name = ? order by all",
        [LEAD, catalog],
    ).fetchall()


def _rows(path: Path) -> dict[str, int]:
    with open_files(path) as connection:
        attach(connection, path, "marts_file")
        tables = connection.execute(
            "select table_name from duckdb_tables()"
            " where database_name = 'marts_file' and schema_name = 'marts' order by table_name"
        ).fetchall()
        return {
            table: connection.execute(
                f"select count(*) from marts_file.marts.{quoted_name(table)}"
            ).fetchone()[0]
            for (table,) in tables
        }


def _replace(path: Path, *, catalog: str, temporary: Path, change: object = None) -> None:
    """Put a fresh copy of a database in its place; `change` is made in a copy before that."""
    source = path
    first, second = (path.with_name(f"{path.name}{LEFTOVER}{number}") for number in (1, 2))
    try:
        if change is not None:
            _copy(path, first, catalog, temporary)
            change(first)
            source = first
        _copy(source, second, catalog, temporary)
        second.chmod(path.stat().st_mode & 0o777)
        _sync(second)
        # Both are checkpointed: a log left beside the old file would spoil the new one.
        path.with_name(path.name + ".wal").unlink(missing_ok=True)
        second.replace(path)
        _sync(path.parent)
    finally:
        for leftover in (first, second):
            leftover.unlink(missing_ok=True)
            leftover.with_name(leftover.name + ".wal").unlink(missing_ok=True)


def _copy(source: Path, target: Path, catalog: str, temporary: Path) -> None:
    """Copy live rows, views and comments; the catalog's name is what views call their tables."""
    target.unlink(missing_ok=True)
    settings = limits(temporary)
    with private_files(), open_files(source, target, settings=settings) as connection:
        attach(connection, source, catalog)
        attach_new(connection, target, "fresh")
        connection.execute(f"copy from database {quoted_name(catalog)} to fresh")
        connection.execute("detach fresh")  # writes the checkpoint


def _scrubbed(text: str, erased: Suppression) -> str:
    """Replace addresses and ids of erased people. Short numbers are counts, not ids."""

    def address(match: re.Match) -> str:
        found = match.group().rstrip(".")
        return ERASED if erased.knows(EMAIL, found) else match.group()

    def token(match: re.Match) -> str:
        word = match.group()
        is_count = word.isdigit() and len(word) < 12
        return ERASED if not is_count and erased.knows(LEAD, word) else word

    return TOKEN.sub(token, ADDRESS.sub(address, text))


def _write_text(path: Path, text: str) -> None:
    beside = path.with_name(path.name + LEFTOVER)
    beside.write_text(text, encoding="utf-8", errors="surrogateescape")
    beside.chmod(path.stat().st_mode & 0o777)
    _sync(beside)
    beside.replace(path)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
