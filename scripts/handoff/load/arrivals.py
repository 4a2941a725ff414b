"""What arrives of a table, in numbers: by itself, and beside what came before.

A measure is None where there is nothing to measure or to compare with: no history, no such column.
All of it is read from what a load has written and not yet committed; no file is read again.
"""

from dataclasses import dataclass
from datetime import datetime
from statistics import median
from typing import Any

import duckdb

from handoff.load.contract import TABLES, Kind, Table
from handoff.load.result import FileResult
from handoff.settings import Settings

_LOADS_LOOKED_BACK = 10
# One day's spend is one fact: two files that tell it differently cannot both be right.
CONFLICT_KEYS = {
    "ad_spend": ("spend_date", "platform", "campaign", "ad_variant", "audience", "currency")
}
CONFLICT_FIGURES = {"ad_spend": ("spend", "impressions", "clicks")}


@dataclass(frozen=True)
class Arrival:
    """The files of one table that one load is about to land."""

    table: str
    batch: int
    moment: datetime
    files: list[FileResult]
    beside: tuple[FileResult, ...] = ()
    """Files that lie in the folder too and landed in an earlier load."""

    @property
    def rows(self) -> int:
        """Rows about to land."""
        return sum(file.landed for file in self.files)


@dataclass(frozen=True)
class History:
    """What landed of the table before, by the record of files."""

    loads: list[tuple[int, int]]
    """Rows and files of the last loads that brought rows, newest first."""
    by_path: dict[str, int]
    """Rows of the last content that landed under each path."""

    @classmethod
    def of(cls, connection: duckdb.DuckDBPyConnection, table: str, batch: int) -> "History":
        """Read it; the load numbered `batch` is no part of it."""
        earlier = "status = 'landed' and table_name = ? and batch < ?"
        loads = connection.execute(
            f"select sum(landed), count(*) from raw.load_files where {earlier} group by batch"
            f" having sum(landed) > 0 order by batch desc limit {_LOADS_LOOKED_BACK}",
            [table, batch],
        ).fetchall()
        paths = connection.execute(
            f"select path, landed from raw.load_files where {earlier} order by file_id",
            [table, batch],
        ).fetchall()
        return cls([(int(rows), files) for rows, files in loads], dict(paths))


def measures(
    connection: duckdb.DuckDBPyConnection, arrival: Arrival, settings: Settings
) -> dict[str, float | None]:
    """Measure an arrival; an arrival without files is a table of which nothing came."""
    table = TABLES[arrival.table]
    history = History.of(connection, arrival.table, arrival.batch)
    is_known = len(history.loads) >= settings.landing.compare_after_loads
    found: dict[str, float | None] = {
        "days_behind": _days_behind(connection, arrival, table) if is_known else None
    }
    if not arrival.files:
        return found
    least = settings.landing.compare_from_rows
    found |= {
        "rows": arrival.rows,
        "quarantined_share": _share(
            sum(file.quarantined for file in arrival.files),
            sum(file.rows for file in arrival.files),
        ),
        "emptied_files": _emptied(arrival, history) if history.loads else None,
        "share_of_before": _share_of_before(arrival, history, least),
        "share_of_usual": _share_of_usual(arrival, history, least) if is_known else None,
    }
    if arrival.table in CONFLICT_KEYS:
        found["conflicting_rows"] = _conflicting_rows(connection, arrival)
    return found | _by_column(connection, arrival, table, least)


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def _emptied(arrival: Arrival, history: History) -> int:
    """Count files without a row where there were rows before: by name, else in the whole table.

    One that holds nobody but people who were erased is not empty.
    """
    empty = [file for file in arrival.files if file.landed == file.suppressed == 0]
    return sum(arrival.rows == 0 or history.by_path.get(file.path, 0) > 0 for file in empty)


def _share_of_before(arrival: Arrival, history: History, least: int) -> float | None:
    """Compare files with what was delivered under the same names before."""
    again = [file for file in arrival.files if file.path in history.by_path]
    before = sum(history.by_path[file.path] for file in again)
    return _share(sum(file.landed for file in again), before) if before >= least else None


def _share_of_usual(arrival: Arrival, history: History, least: int) -> float | None:
    """Compare files under new names, a file with a file: days that were missed come together."""
    new = [file for file in arrival.files if file.path not in history.by_path]
    usual = median(rows / files for rows, files in history.loads)
    if not new or usual < least:
        return None
    return _share(sum(file.landed for file in new) / len(new), usual)


def _days_behind(
    connection: duckdb.DuckDBPyConnection, arrival: Arrival, table: Table
) -> float | None:
    """Say how old the newest row of the table is, that of this arrival included."""
    times = [
        f'max("{column.name}")'
        for column in table.columns
        if column.kind in {Kind.TIME, Kind.DATE}
        and (column.required or column.name == "updated_at")
    ]
    newest = ", ".join(times)
    (moment,) = connection.execute(
        f"select greatest({newest})::timestamp from raw.{table.name}"
    ).fetchall()[0]
    return None if moment is None else (arrival.moment - moment).total_seconds() / 86_400


def _conflicting_rows(connection: duckdb.DuckDBPyConnection, arrival: Arrival) -> int:
    """Count keys of this arrival whose figures differ between two files of the folder.

    A file that replaces an earlier one of its name corrects it: that is no conflict.
    """
    keys = ", ".join(f'"{name}"' for name in CONFLICT_KEYS[arrival.table])
    figures = ", ".join(f'"{name}"' for name in CONFLICT_FIGURES[arrival.table])
    query = f"""
        select count(*) from (
            select {keys} from ({_TOLD.format(table=arrival.table)}) group by {keys}
            having count(distinct row({figures})) > 1 and count(distinct _file_id) > 1
                and bool_or(is_new)
        )
    """
    return connection.execute(query, _told(arrival)).fetchall()[0][0]


def conflicts(connection: duckdb.DuckDBPyConnection, arrival: Arrival) -> list[tuple[str, str]]:
    """Name the pairs of files that give different figures for one key."""
    keys = " and ".join(
        f'one."{name}" is not distinct from other."{name}"' for name in CONFLICT_KEYS[arrival.table]
    )
    differ = " or ".join(
        f'one."{name}" is distinct from other."{name}"' for name in CONFLICT_FIGURES[arrival.table]
    )
    query = f"""
        with told as ({_TOLD.format(table=arrival.table)})

        select distinct one._file_id, other._file_id
        from told as one
        inner join told as other
            on one._file_id < other._file_id and {keys} and ({differ})
        where one.is_new or other.is_new
        order by all
    """
    paths = {file.file_id: file.path for file in (*arrival.files, *arrival.beside)}
    found = connection.execute(query, _told(arrival)).fetchall()
    return [(paths[one], paths[other]) for one, other in found]


# Rows of this arrival, and those of files that lie beside it.
_TOLD = """
    select *, _batch = $batch as is_new from raw.{table}
    where _batch = $batch or (_batch < $batch and list_contains($beside, _file_id))
"""


def _told(arrival: Arrival) -> dict[str, Any]:
    return {"batch": arrival.batch, "beside": [file.file_id for file in arrival.beside]}


def _by_column(
    connection: duckdb.DuckDBPyConnection, arrival: Arrival, table: Table, least: int
) -> dict[str, float | None]:
    """Measure how much of each optional column is blank, and what columns went blank altogether."""
    optional = [column.name for column in table.columns if not column.required]
    if arrival.rows < least:
        return dict.fromkeys([f"blank_share.{name}" for name in optional] + ["vanished_columns"])
    counts = ", ".join(f'count("{name}")' for name in optional)
    filled = connection.execute(
        f"select {counts} from raw.{table.name} where _batch = ?", [arrival.batch]
    ).fetchall()[0]
    blank = [name for name, count in zip(optional, filled, strict=True) if not count]
    shares = {
        f"blank_share.{name}": _share(arrival.rows - count, arrival.rows)
        for name, count in zip(optional, filled, strict=True)
    }
    vanished = sum(_was_filled(connection, arrival, name) for name in blank)
    return shares | {"vanished_columns": vanished}


def _was_filled(connection: duckdb.DuckDBPyConnection, arrival: Arrival, name: str) -> bool:
    return bool(
        connection.execute(
            f'select 1 from raw.{arrival.table} where _batch < ? and "{name}" is not null limit 1',
            [arrival.batch],
        ).fetchall()
    )


def extremes(arrival: Arrival, column: str) -> str:
    """Write the query for the least and the greatest value of a column: enough for any range."""
    query = " union all ".join(
        f'select {end}("{column}") as "{column}" {_arriving(arrival)}' for end in ("min", "max")
    )
    return f'select * from ({query}) where "{column}" is not null'


def distinct(arrival: Arrival, column: str) -> str:
    """Write the query for every value of a column, once."""
    return f'select distinct "{column}" {_arriving(arrival)}'


def _arriving(arrival: Arrival) -> str:
    return f"from raw.{arrival.table} where _batch = {arrival.batch:d}"
