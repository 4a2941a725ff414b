"""The raw schema in the working database: writing rows, quarantine and the record of files.

Values reach the engine as parameters or as registered tables, never as SQL, and the engine opens
no file but its own database and the parquet files of the landing folder.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb
import pyarrow as pa

from handoff.engine import STORAGE_VERSION, limits, open_file
from handoff.errors import EngineError
from handoff.home import Home
from handoff.load.batch import Batch, Problem
from handoff.load.contract import create_raw_tables
from handoff.load.result import FileResult
from handoff.load.suppression import Suppression
from handoff.load.typing_sql import Typing

_QUARANTINE = pa.schema([("line", pa.int64()), *((n, pa.string()) for n in ("raw", "code", "why"))])


@dataclass(frozen=True)
class Known:
    """A file content seen by an earlier load."""

    file_id: int
    sha256: str
    size: int
    landed: bool


@contextmanager
def opened(home: Home, reads: Iterable[Path] = ()) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the working database, with the raw tables in it; it can read the files given."""
    home.create()
    settings = {
        "storage_compatibility_version": STORAGE_VERSION,
        **limits(home.temporary),
        "preserve_insertion_order": False,  # would hold back what is written out of turn
    }
    try:
        connection = open_file(home.work_db, reads=reads, settings=settings)
    except duckdb.Error as error:
        message = f"cannot open {home.work_db.name}: {_first_line(error)}"
        raise EngineError(message) from error
    try:
        home.work_db.chmod(home.work_db.stat().st_mode & ~0o007)  # it holds names and addresses
        with transaction(connection):
            create_raw_tables(connection)
        yield connection
    except duckdb.Error as error:
        message = f"the load stopped; what it had not finished is undone: {_first_line(error)}"
        raise EngineError(message) from error
    finally:
        connection.close()


def _first_line(error: duckdb.Error) -> str:
    return str(error).splitlines()[0][:300]


@contextmanager
def transaction(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """All or nothing."""
    connection.execute("begin transaction")
    try:
        yield
    except BaseException:
        connection.execute("rollback")
        raise
    connection.execute("commit")


def last_numbers(connection: duckdb.DuckDBPyConnection) -> tuple[int, int, int]:
    """Return the last file id, the last batch, and the last batch in which a file landed."""
    return connection.execute(
        """
        select coalesce(max(file_id), 0), coalesce(max(batch), 0),
            coalesce(max(batch) filter (status = 'landed'), 0)
        from raw.load_files
        """
    ).fetchall()[0]


def known_files(connection: duckdb.DuckDBPyConnection, table: str) -> list[Known]:
    """List the contents of one table's files that were seen before."""
    rows = connection.execute(
        "select file_id, sha256, bytes, status = 'landed' from raw.load_files where table_name = ?",
        [table],
    ).fetchall()
    return [Known(*row) for row in rows]


def landed_paths(connection: duckdb.DuckDBPyConnection, table: str) -> list[str]:
    """List the paths under which files of one table landed."""
    rows = connection.execute(
        "select distinct path from raw.load_files where table_name = ? and status = 'landed'",
        [table],
    ).fetchall()
    return [path for (path,) in rows]


@contextmanager
def left_out(connection: duckdb.DuckDBPyConnection, lines: list[int] | pa.Array) -> Iterator[None]:
    """Make the lines known as `left_out`, if there are any."""
    if not len(lines):
        yield
        return
    connection.register("left_out", pa.table({"_line": pa.array(lines, pa.int64())}))
    yield
    connection.unregister("left_out")


class Writer:
    """Writes one file's rows; lives inside a transaction."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        file: FileResult,
        batch: int,
        loaded_at: datetime,
        suppression: Suppression | None = None,
    ) -> None:
        """Remember what is the same for every row of the file."""
        self._suppression = suppression or Suppression()
        self._connection = connection
        self._file = file
        self._batch = batch
        self._loaded_at = loaded_at

    def land(self, batch: Batch, typing: Typing) -> None:
        """Land the good rows of a batch and quarantine the others; count both."""
        file, connection = self._file, self._connection
        landed, wrong, erased = 0, [], []
        if batch.rows.num_rows:
            connection.register("incoming", batch.rows)
            erased = self._suppression.lines(connection, batch.rows.column_names)
            with left_out(connection, erased):
                refused = typing.but(typing.refused, left_out=bool(erased))
                wrong = connection.execute(f"select _line, _reason from ({refused})").fetchall()
            landed = self._insert(typing, [*erased, *(line for line, _ in wrong)])
            connection.unregister("incoming")
        problems = [*batch.problems]
        for line, index in wrong:
            text = batch.raw_text(line)
            code, reason = batch.explain(text, line) or typing.reasons[index]
            problems.append(Problem(line, text, code, reason))
        file.lines_read += batch.records
        file.blank += batch.blank
        file.landed += landed
        file.suppressed += len(erased)
        self.put_aside(problems)

    def _insert(self, typing: Typing, out: list[int] | pa.Array) -> int:
        """Land the incoming rows but those in `out`."""
        numbers = {"file_id": self._file.file_id, "batch": self._batch}
        with left_out(self._connection, out):
            insert = typing.but(typing.insert, left_out=bool(len(out)))
            return self._connection.execute(insert, numbers).fetchall()[0][0]

    def put_aside(self, problems: Iterable[Problem]) -> None:
        """Quarantine what is wrong, unless it is about somebody who was erased."""
        found = list(problems)
        kept = [one for one in found if not self._suppression.names_someone(one.raw_text)]
        self._file.suppressed += len(found) - len(kept)
        self._file.quarantined += self._quarantine(sorted(kept, key=lambda problem: problem.line))

    def _quarantine(self, problems: list[Problem]) -> int:
        if not problems:
            return 0
        file = self._file
        if file.first_line is None:
            file.first_line, file.first_reason = problems[0].line, problems[0].reason
        rows = [
            {"line": one.line, "raw": one.raw_text, "code": one.code, "why": one.reason}
            for one in problems
        ]
        self._connection.register("wrong", pa.Table.from_pylist(rows, schema=_QUARANTINE))
        written = self._connection.execute(
            "insert into raw.quarantine select $file_id, $table, $path, line, raw, code, why,"
            " $batch, $loaded_at::timestamp from wrong",
            {
                "file_id": file.file_id,
                "table": file.table,
                "path": file.path,
                "batch": self._batch,
                "loaded_at": self._loaded_at,
            },
        ).fetchall()[0][0]
        self._connection.unregister("wrong")
        return written

    def start_again(self) -> None:
        """Take back what was counted and put aside of the file."""
        file = self._file
        file.lines_read = file.landed = file.quarantined = file.blank = file.suppressed = 0
        file.first_line, file.first_reason = None, ""
        self.forget(quarantine=True)

    def forget(self, *, quarantine: bool) -> None:
        """Take back the file's rows, and its quarantine where that is asked for."""
        file_id = [self._file.file_id]
        self._connection.execute(f"delete from raw.{self._file.table} where _file_id = ?", file_id)
        if quarantine:
            self._connection.execute("delete from raw.quarantine where file_id = ?", file_id)

    def record(self) -> None:
        """Write the file's own record, in the place of an earlier one of the same content."""
        file = self._file
        self._connection.execute("delete from raw.load_files where file_id = ?", [file.file_id])
        values = [file.file_id, file.table, file.path, file.sha256, file.bytes, file.format]
        values += [file.status, file.lines_read, file.landed, file.quarantined, file.blank]
        values += [file.note or None, self._batch, self._loaded_at, file.suppressed]
        marks = ", ".join("?" for _ in values)
        self._connection.execute(f"insert into raw.load_files values ({marks})", values)
