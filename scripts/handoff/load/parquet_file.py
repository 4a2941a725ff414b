"""A parquet file as batches: its own types are kept, the typing step turns them into ours.

`_line` is the row's number, from 1. A file whose footer or pages are damaged, that is encrypted,
or that holds lists or bytes where text is due is refused.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from handoff.load.batch import Batch, RefusedError, presentable
from handoff.load.contract import Column, Kind, Table
from handoff.load.header import map_header
from handoff.load.limits import Limits
from handoff.load.notes import Notes

BATCH_ROWS = 122_880  # a row group of the engine
_TEXTS = (pa.types.is_string, pa.types.is_large_string, pa.types.is_null, pa.types.is_string_view)
_NUMBERS = (pa.types.is_integer, pa.types.is_floating, pa.types.is_decimal128)
_TIMES = (pa.types.is_timestamp, pa.types.is_date)
_TAKEN = {
    Kind.TEXT: (*_NUMBERS, *_TIMES, pa.types.is_boolean),
    Kind.TIME: _TIMES,
    Kind.DATE: _TIMES,
    Kind.COUNT: _NUMBERS,
    Kind.MONEY: _NUMBERS,
    Kind.VALUE: _NUMBERS,
    Kind.FLAG: (pa.types.is_boolean, pa.types.is_integer),
    Kind.JSON: (pa.types.is_struct, pa.types.is_map),
}
_EXPECTED = {
    Kind.TEXT: "text",
    Kind.TIME: "a timestamp or ISO 8601 text",
    Kind.DATE: "a date or ISO 8601 text",
    Kind.FLAG: "true and false",
    Kind.JSON: "a struct or a JSON object's text",
}


@dataclass(frozen=True)
class Content:
    """What an open file holds of the contract."""

    file: pq.ParquetFile
    path: Path
    stored: dict[str, str]
    """Name in the file of each contract column it has, in the file's order."""

    @property
    def schema(self) -> pa.Schema:
        """Types of the contract's columns."""
        found = self.file.schema_arrow
        return pa.schema([(name, found.field(at).type) for name, at in self._positions()])

    def _positions(self) -> Iterator[tuple[str, int]]:
        names = self.file.schema_arrow.names
        for name, stored in self.stored.items():
            yield name, names.index(stored)


@contextmanager
def opened(path: Path, table: Table, limits: Limits, notes: Notes) -> Iterator[Content]:
    """Open a file and look at its footer; refused if it cannot hold the table."""
    with _open(path) as file:
        schema = file.schema_arrow
        header = map_header(schema.names, table, limit=limits.columns)
        notes.unknown_columns(header.unknown)
        for name, at in header.mapped.items():
            _check_type(table.column(name), schema.field(at).type)
        yield Content(file, path, {name: schema.names[at] for name, at in header.mapped.items()})


def batches(path: Path, table: Table, limits: Limits, notes: Notes) -> Iterator[Batch]:
    """Read the file, a row group or a part of one at a time."""
    with opened(path, table, limits, notes) as content:
        yield from _batches(content)


def _batches(content: Content) -> Iterator[Batch]:
    stored, names = list(content.stored.values()), list(content.stored)
    line, promised = 1, content.file.metadata.num_rows
    for part in _parts(content.file, stored):
        rows = pa.Table.from_batches([part]).select(stored).rename_columns(names)
        rows = rows.append_column("_line", pa.array(np.arange(line, line + len(rows))))
        yield _batch(rows, line)
        line += len(rows)
    if line - 1 != promised:
        message = f"holds {line - 1:,} rows; its footer promises {promised:,}"
        raise RefusedError(message)
    if line == 1:
        empty = content.schema.empty_table()
        yield _batch(empty.append_column("_line", pa.array([], pa.int64())), 1)


def presentable_row(row: dict[str, Any]) -> str:
    """Write a row of values as the text that is kept of it in quarantine."""
    return presentable(json.dumps(row, default=str, ensure_ascii=False))


def _open(path: Path) -> pq.ParquetFile:
    try:
        return pq.ParquetFile(path)
    except (pa.ArrowException, OSError) as error:
        found = "is encrypted" if "encrypt" in str(error).lower() else "cannot be read as parquet"
        message = f"{found}; expected a whole, plain parquet file (truncated copy?)"
        raise RefusedError(message) from None


def _parts(file: pq.ParquetFile, columns: list[str]) -> Iterator[pa.RecordBatch]:
    try:
        yield from file.iter_batches(batch_size=BATCH_ROWS, columns=columns)
    except (pa.ArrowException, OSError) as error:
        message = "holds data that cannot be read as parquet; expected a whole file"
        raise RefusedError(message) from error


def _check_type(column: Column, found: pa.DataType) -> None:
    value = found.value_type if pa.types.is_dictionary(found) else found
    if any(test(value) for test in (*_TEXTS, *_TAKEN[column.kind])):
        return
    expected = _EXPECTED.get(column.kind, "numbers")
    message = f"column {column.name} holds {str(found)[:60]}; expected {expected}"
    raise RefusedError(message)


def _batch(rows: pa.Table, first_line: int) -> Batch:
    def raw_text(line: int) -> str:
        row = rows.slice(line - first_line, 1).drop_columns(["_line"]).to_pylist()[0]
        return presentable_row(row)

    return Batch(rows, raw_text, records=rows.num_rows)
