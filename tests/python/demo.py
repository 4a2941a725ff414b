"""The demo company at test size: a home folder refreshed once, and what its tables hold."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest

from handoff import build
from handoff.cli import main
from handoff.home import Home

AS_OF = "2026-07-01"
# What is told to people and what explains it; scratch tables of one run are nobody's business.
KEPT = "table_schema = 'marts' or table_name in ('fct_score_ledger', 'int_score_history')"


@contextmanager
def models_only() -> Iterator[None]:
    """Build without data tests, in this process: they change no row and take most of the time."""
    arguments = build._arguments
    more = ["--exclude-resource-type", "test"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(build, "_arguments", lambda *asked: [*arguments(*asked), *more])
        yield


def generate(landing: Path, leads: int = 600) -> Path:
    """Write the demo company into `landing`."""
    assert main(["generate", "--out", str(landing), "--leads", str(leads)]) == 0
    return landing


def refresh(landing: Path, home: Path, *more: str, **environment: str) -> None:
    """Refresh in a process of its own, so that its environment can differ."""
    command = [sys.executable, "-m", "handoff.cli", "refresh", "--landing", str(landing)]
    command += ["--home", str(home), "--as-of", AS_OF, *more]
    done = subprocess.run(
        command, env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def fingerprints(home: Home) -> dict[str, str]:
    """Give a fingerprint of the rows of every kept table, whatever order they lie in."""
    with duckdb.connect(str(home.work_db), read_only=True) as connection:
        connection.execute("set TimeZone='UTC'")
        tables = connection.execute(
            "select table_schema || '.' || table_name from information_schema.tables"
            f" where {KEPT} order by 1"
        ).fetchall()
        found = {}
        for (table,) in tables:
            rows = connection.execute(f"select t::varchar from {table} as t order by 1").fetchall()
            found[table] = digest(rows)
    return found


def digest(rows: list) -> str:
    """Give the fingerprint of ordered rows."""
    return hashlib.sha256(repr(rows).encode()).hexdigest()
