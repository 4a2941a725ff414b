"""Fingerprints of what marts are made of: what was landed, and the code that makes them.

Two equal ones mean: nothing to build again on this account. So they take in more than matters
rather than less.
"""

import hashlib
from pathlib import Path

from handoff.engine import open_to_look
from handoff.home import Home
from handoff.settings import read_settings

# The data tests and suites belong to it: marts that passed others did not pass these.
FILES = ("dbt_project.yml", "profiles.yml")
ROOMS = ("macros", "models", "seeds/reference", "tests/claims", "tests/generic")
ROOMS += ("tests/expectations", "tests/unit")
PACKAGE = Path(__file__).resolve().parent


def code(project: Path, home: Home) -> str:
    """Fingerprint the code and the settings that make marts of an input and a definition."""
    digest = hashlib.sha256(repr(read_settings(home)).encode())
    files = [project / name for name in FILES]
    files += sorted(path for room in ROOMS for path in (project / room).rglob("*"))
    files += sorted(PACKAGE.rglob("*.py"))
    for path in files:
        if path.is_file():
            root = PACKAGE if path.is_relative_to(PACKAGE) else project
            digest.update(f"{path.relative_to(root)}\0{path.stat().st_size}\0".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def landed(work_db: Path) -> str:
    """Fingerprint what the raw tables hold: the files that came in, and how many rows there are."""
    digest = hashlib.sha256()
    with open_to_look(work_db) as connection:
        tables = connection.execute(
            "select table_name from duckdb_tables()"
            " where schema_name = 'raw' and database_name = current_database() order by 1"
        ).fetchall()
        for (table,) in tables:
            (count,) = connection.execute(f'select count(*) from raw."{table}"').fetchall()[0]
            digest.update(f"{table}\0{count}\0".encode())
        if ("load_files",) in tables:
            files = connection.execute(
                "select file_id, table_name, sha256, status, landed, batch from raw.load_files"
                " order by file_id"
            ).fetchall()
            digest.update(repr(files).encode())
    return digest.hexdigest()


def landed_contents(work_db: Path) -> set[tuple[str, str]]:
    """List table and SHA-256 of every file content that lies in the raw tables."""
    with open_to_look(work_db) as connection:
        rows = connection.execute(
            "select table_name, sha256 from raw.load_files where status = 'landed'"
        ).fetchall()
    return set(rows)
