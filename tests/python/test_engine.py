"""How DuckDB is opened: what it starts, what it may take."""

import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from handoff.engine import limits, open_file, open_files

COUNTED = """
import os, sys
from pathlib import Path
from handoff import engine

def of(connection):
    with connection:
        connection.execute("select count(*) from range(1_000_000)").fetchall()
        return len(os.listdir("/proc/self/task"))

def alone():
    return len(os.listdir("/proc/self/task"))

file = Path(sys.argv[1])
before, looking, after = alone(), of(engine.open_to_look(file)), alone()
print(before, looking, after, of(engine.open_file(file, settings={"threads": 2})))
"""


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="threads are counted on Linux")
def test_the_engine_starts_no_thread_but_those_that_compute(tmp_path):
    """Each of the others took addresses, and ended the process where there were none left."""
    file = tmp_path / "work.duckdb"
    open_file(file).close()
    ran = subprocess.run(
        [sys.executable, "-c", COUNTED, str(file)], capture_output=True, text=True, check=True
    )
    before, looking, after, computing = map(int, ran.stdout.split())
    assert (looking, computing) == (before, after + 1)


def test_what_reads_several_files_spills_where_it_is_told_and_nowhere_else(tmp_path, monkeypatch):
    """By itself the engine would leave people's data in the folder somebody happens to be in."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HANDOFF_MEMORY_LIMIT", "50MB")
    numbered = "select row_number() over (order by hash(range)) as number from range(10_000_000)"
    large = f"select max(number) from ({numbered})"
    with open_files(tmp_path / "any", settings=limits(tmp_path / "tmp")) as connection:
        assert connection.execute(large).fetchall() == [(10_000_000,)]
        assert [path.name for path in tmp_path.iterdir()] == ["tmp"]
    before = set(tmp_path.iterdir())
    with open_files(tmp_path / "any", settings={"memory_limit": "50MB"}) as connection:
        with pytest.raises(duckdb.OutOfMemoryException):
            connection.execute(large)
        assert set(tmp_path.iterdir()) == before
