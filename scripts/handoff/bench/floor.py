"""The floors: the least that loading, scoring and one window sum can cost with this engine.

Each runs in a process of its own (`python -m handoff.bench.floor load|scores|window ...`), with the
threads and the memory a refresh has, writes one database file and prints what it did as JSON. They
check nothing and keep nothing; that the scores are those of the marts is shown by a test.
"""

import json
import os
import sys
import time
from pathlib import Path

import duckdb

from handoff.engine import attach, attach_new, limits, open_files, quoted_text
from handoff.load.contract import TABLES

SCORES = Path(__file__).with_name("floor_scores.sql")
READERS = {
    "csv": "read_csv([{files}], header = true, all_varchar = true, delim = ',', quote = '\"',"
    " escape = '\"', ignore_errors = true)",
    "parquet": "read_parquet([{files}], union_by_name = true)",
}


def load(landing: Path, target: Path) -> dict[str, float]:
    """Load every file of the landing folder: right types, no count, no check, no quarantine."""
    given = {table: sorted(_files(landing, table)) for table in TABLES}
    connection = engine(target, *(file for files in given.values() for file in files))
    began, rows = time.monotonic(), 0
    for table in TABLES.values():
        files = given[table.name]
        if not files:
            continue
        kind = files[0].suffix.removeprefix(".")
        source = READERS[kind].format(files=", ".join(quoted_text(str(file)) for file in files))
        there = {row[0] for row in connection.execute(f"describe from {source}").fetchall()}
        typed = ", ".join(
            f'try_cast("{column.name}" as {column.kind.sql}) as "{column.name}"'
            for column in table.columns
            if column.name in there
        )
        made = connection.execute(f"create table {table.name} as select {typed} from {source}")
        rows += made.fetchall()[0][0]
    connection.close()
    return {"rows": rows, "seconds": time.monotonic() - began}


def scores(work_db: Path, as_of: str, target: Path) -> dict[str, float]:
    """Compute every lead's scores and MQL date under the shipped definitions: a table `scores`."""
    connection = engine(target, work_db)
    began = time.monotonic()
    attach(connection, work_db, "work")
    connection.execute("set variable as_of = cast(? as timestamp)", [as_of])
    for statement in duckdb.extract_statements(SCORES.read_text(encoding="utf-8")):
        connection.execute(statement.query)
    rows = connection.execute("select count(*) from scores").fetchall()[0][0]
    connection.close()
    return {"rows": rows, "seconds": time.monotonic() - began}


def window(work_db: Path, target: Path) -> dict[str, float]:
    """Sum once over as many rows as the ledger has, lead by lead; the seconds are of that alone."""
    connection = engine(target, work_db)
    attach(connection, work_db, "work")
    connection.execute(
        "create table entries as select"
        " cast(dense_rank() over (order by lead_id) as integer) as lead_key, entry_at,"
        " cast(points * 100 as integer) as hundredths from work.intermediate.fct_score_ledger"
    )
    began = time.monotonic()
    made = connection.execute(
        "create table balances as select lead_key, entry_at, sum(hundredths) over"
        " (partition by lead_key order by entry_at rows unbounded preceding) as balance"
        " from entries"
    )
    rows = made.fetchall()[0][0]
    return {"rows": rows, "seconds": time.monotonic() - began}


def engine(target: Path, *sources: Path) -> duckdb.DuckDBPyConnection:
    """Open a new file with what a refresh gives the engine; it can read `sources`."""
    target.unlink(missing_ok=True)
    settings = {
        "preserve_insertion_order": False,
        "threads": int(os.environ.get("HANDOFF_THREADS", "2")),
        **limits(target.with_name(f"{target.name}.tmp")),
    }
    connection = open_files(target, *sources, settings=settings)
    attach_new(connection, target, "floor")
    connection.execute("use floor")
    return connection


def _files(landing: Path, table: str) -> list[Path]:
    found = [*landing.glob(f"{table}.*"), *(landing / table).glob("*.*")]
    return [path for path in found if path.is_file()]


if __name__ == "__main__":
    asked, *given = sys.argv[1:]
    if asked == "scores":
        done = scores(Path(given[0]), given[1], Path(given[2]))
    else:
        done = {"load": load, "window": window}[asked](*map(Path, given))
    # The engine draws a bar for what takes long, on the same line.
    sys.stdout.write("\n" + json.dumps(done))
