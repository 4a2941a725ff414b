"""Fetches from the built marts what the audit looks at: shapes, counts, frames of few columns."""

from typing import Any

import duckdb

from handoff.engine import quoted_text
from handoff.expectations import MartShape

MARTS_SCHEMA = "marts"
TEXT = "text"
FLOATING = ("FLOAT", "DOUBLE")
# Exact numbers are compared as floating point: Great Expectations is slow and picky about decimals.
AS_DOUBLE = ("DECIMAL", "HUGEINT", "UHUGEINT", "FLOAT")


def mart_shapes(
    connection: duckdb.DuckDBPyConnection, published_rows: dict[str, int]
) -> dict[str, MartShape]:
    """Describe every table of the schema `marts` by its columns."""
    columns: dict[str, dict[str, str]] = {}
    for table, column, type_ in connection.execute(
        "select columns.table_name, columns.column_name, columns.data_type"
        " from duckdb_columns() as columns join duckdb_tables() as tables using (table_oid)"
        " where columns.schema_name = ? and columns.database_name = current_database()"
        " and tables.database_name = current_database()"
        " order by columns.table_name, columns.column_index",
        [MARTS_SCHEMA],
    ).fetchall():
        columns.setdefault(table, {})[column] = type_
    return {
        table: MartShape(table, types, published_rows.get(table))
        for table, types in columns.items()
    }


def count(connection: duckdb.DuckDBPyConnection, mart: str) -> int:
    """Count the rows of a mart."""
    return connection.execute(f"select count(*) from {_table(mart)}").fetchall()[0][0]


def frame(
    connection: duckdb.DuckDBPyConnection,
    mart: MartShape,
    columns: tuple[str, ...],
    *,
    distinct: bool,
) -> Any:
    """Fetch some columns as a pandas frame; `distinct` saves fetching a value a million times.

    A column the mart does not have is left out: the check that asks for it then says so.
    """
    present = [name for name in columns if name in mart.columns]
    select = ", ".join(_exported(name, mart.columns[name]) for name in present) or "1 as row"
    once = "distinct " if distinct else ""
    return connection.sql(f"select {once}{select} from {_table(mart.name)}").df()


def texts(
    connection: duckdb.DuckDBPyConnection,
    columns: list[tuple[str, str]],
    *,
    holding: str | None = None,
) -> Any:
    """Fetch each value that stands in any of these text columns of marts, once, as `TEXT`.

    Only those with the character `holding`, if one is given.
    """
    only = f" where contains({TEXT}, {quoted_text(holding)})" if holding else ""
    each = " union all ".join(
        f'select distinct {TEXT} from (select "{column}" as {TEXT} from {_table(mart)}){only}'
        for mart, column in columns
    )
    return connection.sql(f"select distinct {TEXT} from ({each})").df()


def extremes(connection: duckdb.DuckDBPyConnection, mart: MartShape, columns: list[str]) -> Any:
    """Fetch the least and the greatest value of some columns, as two rows."""
    both = ", ".join(
        f'unnest([min({value}), max({value})]) as "{name}"'
        for name in columns
        for value in [_ordered(name, mart.columns[name])]
    )
    select = ", ".join(_exported(name, mart.columns[name]) for name in columns)
    return connection.sql(f"select {select} from (select {both} from {_table(mart.name)})").df()


def answer(connection: duckdb.DuckDBPyConnection, query: str) -> Any:
    """Ask a question over all marts; exact numbers become floating point, as in `frame`."""
    asked = connection.sql(query)
    select = ", ".join(
        _exported(name, str(type_)) for name, type_ in zip(asked.columns, asked.types, strict=True)
    )
    return asked.project(select).df()


def _exported(name: str, type_: str) -> str:
    if type_.startswith(AS_DOUBLE):
        return f'cast("{name}" as double) as "{name}"'
    if type_ == "DATE":
        return f'cast("{name}" as timestamp) as "{name}"'
    return f'"{name}"'


def _ordered(name: str, type_: str) -> str:
    """What is no number is to DuckDB the greatest of all, and to a check nothing at all."""
    value = f'"{name}"'
    return f"case when not isnan({value}) then {value} end" if type_ in FLOATING else value


def _table(mart: str) -> str:
    return f'{MARTS_SCHEMA}."{mart}"'
