"""What of the last good build still stands, so that the next need not make and test it again.

Seeds, what is staged of them alone, the tests of these, and views tagged `stands` are the same from
build to build until the code or the definition changes. They are left out only if nothing that
makes them has changed and if what lies in the database is, by its content, what that build left:
whoever ran dbt by hand meanwhile has them made anew. What has data in it is never left out, and no
test of it is.
"""

import hashlib
from pathlib import Path

import duckdb

from handoff import gate
from handoff.engine import open_to_look, quoted_name
from handoff.home import Home
from handoff.publish import software

# What dbt is told to leave out. A test on any other model stays, whatever else it reads.
LEFT_OUT = (
    "resource_type:seed",
    "tag:stands",
    "path:models/staging/definition",
    "path:models/staging/reference",
)
SEEDS_SCHEMA = "definition"


def arguments(home: Home, marker: str) -> list[str]:
    """Give the arguments by which dbt leaves out what stands; none if anything is in doubt."""
    last = gate.read(home)
    if last is None or last.state not in (gate.BUILT, gate.AUDITED) or last.warnings:
        return []
    if last.standing is None or last.standing != fingerprint(home, marker):
        return []
    return ["--exclude", *LEFT_OUT, "--indirect-selection", "empty"]


def marker(code: str, definition: Path) -> str:
    """Mark what makes seeds and views: the code, the definition as it lies, the software."""
    digest = hashlib.sha256(f"{code}\0{sorted(software().items())}".encode())
    for path in sorted(path for path in definition.rglob("*") if path.is_file()):
        digest.update(f"\0{path.relative_to(definition)}\0{path.stat().st_size}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def fingerprint(home: Home, marker: str) -> str | None:
    """Fingerprint the seeds and views that lie in the working database; None: they cannot be."""
    digest = hashlib.sha256(marker.encode())
    try:
        with open_to_look(home.work_db) as connection:
            for row in connection.execute(
                "select schema_name, view_name, sql from duckdb_views()"
                " where not internal and database_name = current_database() order by all"
            ).fetchall():
                digest.update(repr(row).encode())
            for (table,) in connection.execute(
                "select table_name from duckdb_tables() where schema_name = ?"
                " and database_name = current_database() order by all",
                [SEEDS_SCHEMA],
            ).fetchall():
                content = connection.execute(
                    "select count(*), sum(hash(seed)) from"
                    f" {SEEDS_SCHEMA}.{quoted_name(table)} as seed"
                ).fetchone()
                digest.update(repr((table, content)).encode())
    except duckdb.Error:
        return None
    return digest.hexdigest()
