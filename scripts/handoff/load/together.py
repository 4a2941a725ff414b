"""Parquet files of one shape, landed together: one pass to find what is wrong, one to write.

One statement for many files fills the engine's row groups and keeps all cores at work. A statement
a file leaves parts of row groups behind, and they are all written again when it is done.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise

import duckdb
import numpy as np
import pyarrow as pa

from handoff.load.one_file import OneFile
from handoff.load.parquet_whole import problems, query
from handoff.load.source import hashed_meanwhile
from handoff.load.store import left_out
from handoff.load.suppression import Suppression
from handoff.load.typing_sql import LINE_BITS, Typing

MOST_FILES = 200  # each is open until all have landed
_AT_ONCE = 10_000


class StumbledError(Exception):
    """The engine cannot read one of the files."""


class ReadTwiceError(Exception):
    """Files could be read, and then not again; the transaction is lost."""


def belong_together(one: OneFile, other: OneFile) -> bool:
    """Say whether a file can land in one statement with the one before it."""
    return one.whole.shape is other.whole.shape and other.result.file_id == one.result.file_id + 1


def land_together(
    connection: duckdb.DuckDBPyConnection,
    files: list[OneFile],
    typing: Typing,
    suppression: Suppression,
    batch: int,
) -> None:
    """Land the good rows of the files and quarantine the others; count both.

    What is wrong with a file itself is found in a connection that may fail. If it does, no row has
    landed, but what was counted and put aside must be taken back.
    """
    view = f"create or replace temp view incoming as {query([one.whole for one in files])}"
    with hashed_meanwhile([one.source for one in files]):
        with _failing_with(StumbledError), connection.cursor() as aside:
            aside.execute(view)
            out = _put_aside(aside, files, typing, suppression)
        connection.execute(view)
        numbers = {"file_id": files[0].result.file_id, "batch": batch}
        with _failing_with(ReadTwiceError), left_out(connection, out):
            connection.execute(typing.but(typing.insert, left_out=bool(len(out))), numbers)
        connection.execute("drop view incoming")
    landed = dict(
        connection.execute(
            f"select _file_id, count(*) from raw.{files[0].result.table}"
            " where _batch = ? and _file_id between ? and ? group by all",
            [batch, files[0].result.file_id, files[-1].result.file_id],
        ).fetchall()
    )
    for one in files:
        one.result.lines_read = one.whole.rows
        one.result.landed = landed.get(one.result.file_id, 0)
        one.result.columns = one.whole.shape.schema.names


def _put_aside(
    aside: duckdb.DuckDBPyConnection,
    files: list[OneFile],
    typing: Typing,
    suppression: Suppression,
) -> pa.Array:
    """Quarantine the rows that cannot be taken; returns the lines of all that must not land."""
    shape = files[0].whole.shape
    erased = np.array(suppression.lines(aside, shape.schema.names), np.int64)
    for at, count in zip(*np.unique(erased >> LINE_BITS, return_counts=True), strict=True):
        files[at].result.suppressed += int(count)
    out = [pa.array(erased)]
    with left_out(aside, erased):
        refused = aside.sql(typing.but(typing.refused, left_out=bool(len(erased))))
        for part in refused.to_arrow_reader(_AT_ONCE):
            out.append(part.column(0))
            for at, rows in _by_file(part):
                files[at].writer.put_aside(problems(shape, rows, typing.reasons))
    return pa.concat_arrays(out)


def _by_file(part: pa.RecordBatch) -> Iterator[tuple[int, pa.RecordBatch]]:
    """Cut rows that are in order where the next file begins, each with the lines of its own."""
    lines = part.column(0).to_numpy()
    places = lines >> LINE_BITS
    own = pa.array(lines & ((1 << LINE_BITS) - 1))
    part = part.set_column(0, "_line", own)
    starts = [0, *(np.flatnonzero(np.diff(places)) + 1).tolist(), len(places)]
    for start, end in pairwise(starts):
        if end > start:
            yield int(places[start]), part.slice(start, end - start)


@contextmanager
def _failing_with(kind: type[Exception]) -> Iterator[None]:
    """Say that it was the files that failed, unless it was what the engine has to work with."""
    try:
        yield
    except (duckdb.OutOfMemoryException, duckdb.InterruptException):
        raise
    except duckdb.Error as error:
        raise kind from error
