"""Plain parquet files as the engine reads them itself: where they lie, and much faster.

Only what comes out as it does from `parquet_file` is read so: columns of flat types that are the
same in both, in a file whose name holds no character that means a pattern to the engine.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from handoff.engine import quoted_name, quoted_text
from handoff.load.batch import Problem
from handoff.load.parquet_file import Content, presentable_row
from handoff.load.typing_sql import LINE_BITS

_PATTERN = set("*?[]{}\\")
_ITS_OWN = {"file_index", "file_row_number", "filename"}  # what the engine adds to the columns


@dataclass(frozen=True, eq=False)
class Shape:
    """What files of one kind have in common."""

    schema: pa.Schema
    """Types of the contract's columns, as pyarrow has them."""
    columns: str
    """Selects them by their names in the contract."""


@dataclass(frozen=True)
class WholeFile:
    """A file the engine can read where it lies."""

    path: str
    rows: int
    """As the footer promises."""
    shape: Shape


class Shapes:
    """The shapes seen so far; files of one kind mostly follow one another."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Take the connection that reads the files."""
        self._connection = connection
        self._last: tuple[pq.ParquetSchema, pa.Schema, Shape | None] | None = None

    def whole_file(self, content: Content) -> WholeFile | None:
        """Say how the engine reads a file; None if it would read something else into it."""
        path = str(content.path.resolve())
        if _PATTERN & set(path):
            return None
        physical, logical = content.file.schema, content.file.schema_arrow
        if self._last is None or not (
            self._last[0].equals(physical) and self._last[1].equals(logical)
        ):
            self._last = physical, logical, self._shape(content, path)
        shape = self._last[2]
        return WholeFile(path, content.file.metadata.num_rows, shape) if shape else None

    def _shape(self, content: Content, path: str) -> Shape | None:
        names = content.file.schema_arrow.names
        if _ITS_OWN & {name.lower() for name in names}:
            return None
        try:
            with self._connection.cursor() as aside:  # an error would end a transaction
                found = _described(aside, f"select * from {_read([path])}")
                aside.register("expected", content.schema.empty_table())
                expected = _described(aside, "select * from expected")
        except duckdb.Error:
            return None
        if [name for name, _ in found[:-1]] != names:
            return None
        kinds, columns = dict(found), []
        for (name, kind), field in zip(expected, content.schema, strict=True):
            stored = content.stored[name]
            if pa.types.is_null(field.type):
                columns.append(f"null as {quoted_name(name)}")
            elif pa.types.is_nested(field.type) or kinds[stored] != kind:
                return None
            else:
                columns.append(f"{quoted_name(stored)} as {quoted_name(name)}")
        return Shape(content.schema, ", ".join(columns))


def query(files: list[WholeFile]) -> str:
    """Select the rows of files of one shape. `_line` holds the file's place in its upper bits."""
    line = f"file_index::bigint * {1 << LINE_BITS} + file_row_number + 1 as _line"
    return f"select {files[0].shape.columns}, {line} from {_read([one.path for one in files])}"


def problems(
    shape: Shape, refused: pa.RecordBatch, reasons: list[tuple[str, str]]
) -> Iterator[Problem]:
    """Put what was refused in words; `refused` has the line, the reason and the row."""
    lines, found = refused.column(0).to_pylist(), refused.column(1).to_pylist()
    for line, at, row in zip(lines, found, _as_stored(shape, refused).to_pylist(), strict=True):
        yield Problem(line, presentable_row(row), *reasons[at])


def _as_stored(shape: Shape, refused: pa.RecordBatch) -> pa.Table:
    """Give the values the types they have in the file: as text they are then the same."""
    row = {}
    for field, values in zip(shape.schema, refused.columns[2:], strict=True):
        kind = field.type.value_type if pa.types.is_dictionary(field.type) else field.type
        row[field.name] = pa.nulls(len(values)) if pa.types.is_null(kind) else values.cast(kind)
    return pa.table(row)


def _read(paths: list[str]) -> str:
    listed = ", ".join(map(quoted_text, paths))
    return f"read_parquet([{listed}], file_row_number = true, hive_partitioning = false)"


def _described(connection: duckdb.DuckDBPyConnection, query: str) -> list[tuple[str, str]]:
    return [row[:2] for row in connection.execute(f"describe {query}").fetchall()]
