"""Reads the published marts: which are there, and rows of them as plain values.

Reading only, and nothing but the published file. A mart that is missing, empty or of another shape
is an answer, not an error: the section that needs it says so.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from handoff.errors import EngineError
from handoff.published import open_marts

SCHEMA = "published.marts"


@dataclass(frozen=True)
class Need:
    """A mart and the columns of it that somebody wants to read."""

    mart: str
    columns: tuple[str, ...]


class Marts:
    """The marts of one published file, open read-only."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Note which tables there are, and their columns."""
        self._connection = connection
        self._columns: dict[str, set[str]] = {}
        for mart, column in connection.execute(
            "select table_name, column_name from duckdb_columns()"
            " where database_name = 'published' and schema_name = 'marts'"
        ).fetchall():
            self._columns.setdefault(mart, set()).add(column)

    def __enter__(self) -> "Marts":
        """Use it in a `with`."""
        return self

    def __exit__(self, *_error: object) -> None:
        """Close the file."""
        self._connection.close()

    def has(self, mart: str, *columns: str) -> bool:
        """Tell whether the file has a mart with these columns."""
        return mart in self._columns and set(columns) <= self._columns[mart]

    def lack(self, need: Need) -> str | None:
        """Say in a sentence why a mart cannot be shown; None if it can."""
        if need.mart not in self._columns:
            return f"Not in this build: the published file has no {need.mart}."
        lost = [column for column in need.columns if column not in self._columns[need.mart]]
        if lost:
            return (
                f"Not in this build: {need.mart} has no column {', '.join(lost)};"
                " it was built by another version."
            )
        return None

    def rows(self, query: str, parameters: Iterable[Any] = ()) -> list[dict[str, Any]]:
        """Run a query over the marts and return its rows by column name."""
        cursor = self._connection.execute(query, list(parameters))
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def open_file(marts_file: Path) -> Marts:
    """Open a published file; EngineError if it is not one."""
    try:
        return Marts(open_marts(marts_file))
    except duckdb.Error as error:
        message = (
            f"{marts_file} cannot be read as a database of published marts"
            f" ({str(error).splitlines()[0]}). Publish again with `handoff refresh`."
        )
        raise EngineError(message) from error
