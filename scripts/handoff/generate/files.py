"""Landing files, written piece by piece: CSV as an export would look, or Parquet.

The same rows give the same bytes; Parquet bytes also name the version of the library that wrote
them. Only the pieces of one block are in memory at a time.
"""

from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

Format = Literal["csv", "parquet"]
_ROW_GROUP = 1 << 20


@dataclass(frozen=True)
class Fault:
    """Cells that are not as they should be: `text` (None: blank) in `column` at `rows`.

    Parquet has types: where a column's type cannot hold the text, `instead` (or the same column) is
    left blank there, and an `odd_only` fault (unusual, but fine) is left out.
    """

    column: str
    rows: np.ndarray
    text: str | pa.Array | None
    instead: str | None = None
    odd_only: bool = False


class Landing:
    """A landing folder being written; use it as a context, so that every file is closed."""

    def __init__(self, folder: Path, file_format: Format) -> None:
        """Write into `folder`."""
        self._folder = folder
        self.format = file_format
        self._open: dict[str, BinaryIO | pq.ParquetWriter] = {}
        self.rows: dict[str, int] = {}

    def __enter__(self) -> "Landing":
        """Begin."""
        return self

    def __exit__(
        self, kind: type | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close every file, also after an error."""
        for file in self._open.values():
            file.close()

    @property
    def files(self) -> list[str]:
        """The files written, relative to the folder."""
        return sorted(f"{name}.{self.format}" for name in self._open)

    def write(self, name: str, table: pa.Table, faults: tuple[Fault, ...] = ()) -> None:
        """Append a table to the file `name` (a `/` makes a folder), with its faults."""
        self.write_parts({name: (0, table.num_rows)}, table, faults)

    def write_parts(
        self, parts: dict[str, tuple[int, int]], table: pa.Table, faults: tuple[Fault, ...] = ()
    ) -> None:
        """Append runs of a table's rows (from, to) to a file each."""
        as_csv = self.format == "csv"
        ready = _faulty_text(table, faults) if as_csv else _faulty_values(table, faults)
        for name, (start, end) in parts.items():
            piece = ready.slice(start, end - start)
            self.rows[name] = self.rows.get(name, 0) + piece.num_rows
            if as_csv:
                self._append_csv(name, piece)
            else:
                self._append_parquet(name, piece)

    def _append_csv(self, name: str, table: pa.Table) -> None:
        """Join the cells of each row with commas, and write the lines in one go."""
        file = self._open.get(name)
        if file is None:
            file = self._path(name).open("wb")
            self._open[name] = file
            file.write((",".join(table.column_names) + "\n").encode())
        if table.num_rows:
            cells = [column.combine_chunks() for column in table.columns]
            lines = pc.binary_join_element_wise(
                *cells,
                pa.scalar(",", pa.large_string()),
                null_handling="replace",
                null_replacement="",
            )
            file.write("\n".join([*lines.to_pylist(), ""]).encode())

    def _append_parquet(self, name: str, table: pa.Table) -> None:
        """Append the rows as row groups."""
        writer = self._open.get(name)
        if writer is None:
            repeating = [field.name for field in table.schema if pa.types.is_dictionary(field.type)]
            writer = pq.ParquetWriter(
                self._path(name),
                table.schema,
                use_dictionary=repeating,
                store_schema=False,
                write_statistics=["occurred_at"],
            )
            self._open[name] = writer
        if table.num_rows:
            writer.write_table(table, row_group_size=_ROW_GROUP)

    def _path(self, name: str) -> Path:
        """Give a file its place."""
        path = self._folder / f"{name}.{self.format}"
        path.parent.mkdir(parents=True, exist_ok=True)
        return path


def _mask(rows: np.ndarray, count: int) -> pa.Array:
    """Mark some rows of so many."""
    mask = np.zeros(count, dtype=bool)
    mask[rows] = True
    return pa.array(mask)


def _faulty_values(table: pa.Table, faults: tuple[Fault, ...]) -> pa.Table:
    """Put faults into typed columns, as far as a type allows."""
    for fault in faults:
        if fault.odd_only or not len(fault.rows):
            continue
        name, text = fault.column, fault.text
        if not _holds_text(table.schema.field(name).type) and text is not None:
            name, text = fault.instead or name, None
        place = table.column_names.index(name)
        column = table.column(place).combine_chunks()
        table = table.set_column(place, name, _with_text(column, fault.rows, text))
    return table


def _holds_text(kind: pa.DataType) -> bool:
    """Say whether a column of this type can hold any text."""
    return (
        pa.types.is_dictionary(kind) or pa.types.is_string(kind) or pa.types.is_large_string(kind)
    )


def _with_text(column: pa.Array, rows: np.ndarray, text: str | None) -> pa.Array:
    """Put a text (None: blank) into some rows; a dictionary learns it as one word more."""
    mask = _mask(rows, len(column))
    if not pa.types.is_dictionary(column.type):
        return pc.replace_with_mask(column, mask, pa.scalar(text, column.type))
    words, code = column.dictionary, None
    if text is not None:
        code = len(words)
        words = pa.concat_arrays([words, pa.array([text], words.type)])
    codes = pc.replace_with_mask(column.indices, mask, pa.scalar(code, column.indices.type))
    return pa.DictionaryArray.from_arrays(codes, words)


def _faulty_text(table: pa.Table, faults: tuple[Fault, ...]) -> pa.Table:
    """Turn every column into CSV cells, then put the faults in."""
    for place, name in enumerate(table.column_names):
        cells = _cells(table.column(place).combine_chunks())
        for fault in faults:
            if fault.column == name and len(fault.rows):
                mask = _mask(fault.rows, len(cells))
                text = fault.text
                if not isinstance(text, pa.Array):
                    text = pa.scalar(text, pa.large_string())
                cells = pc.replace_with_mask(cells, mask, _escaped(text))
        table = table.set_column(place, name, cells)
    return table


def _cells(column: pa.Array) -> pa.Array:
    """Write a column as CSV cells; a missing value stays missing."""
    if pa.types.is_dictionary(column.type):
        words = _escaped(column.dictionary.cast(pa.large_string()))
        return words.take(column.indices)
    if pa.types.is_timestamp(column.type):
        text = pc.strftime(column.cast(pa.timestamp("s")), format="%Y-%m-%dT%H:%M:%SZ")
        return text.cast(pa.large_string())
    text = column.cast(pa.string()).cast(pa.large_string())
    return _escaped(text) if _holds_text(column.type) else text


def _escaped(texts: pa.Array | pa.Scalar) -> pa.Array | pa.Scalar:
    """Quote what holds a comma, a quote or a line break (RFC 4180)."""
    special = pc.match_substring_regex(texts, '[",\r\n]')
    doubled = pc.replace_substring(texts, '"', '""')
    mark = pa.scalar('"', pa.large_string())
    quoted = pc.binary_join_element_wise(mark, doubled, mark, pa.scalar("", pa.large_string()))
    return pc.if_else(special, quoted, texts)
