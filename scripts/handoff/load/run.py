"""Land a folder: every new file into the raw schema, what cannot be taken into quarantine.

A table's files land in one transaction: a load that is killed leaves whole files or nothing, and
the next one goes on from there. Files whose content landed before are passed over. A file that
cannot be read is refused alone; if too large a share of a table's rows is bad, the files with the
bad rows are refused and the others land. This step changes nothing in the landing folder.
"""

import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pyarrow as pa

from handoff.errors import InputError
from handoff.home import Home
from handoff.load import csv_file, json_file, parquet_file, store
from handoff.load.batch import Batch, RefusedError
from handoff.load.contract import TABLES
from handoff.load.landing import EXPECTED, Landing, LandingFile, discover
from handoff.load.limits import Limits
from handoff.load.notes import Notes
from handoff.load.prefetch import prefetched
from handoff.load.result import FileResult, LoadResult
from handoff.load.source import Source
from handoff.load.suppression import Suppression, read_suppression
from handoff.load.typing_sql import Typing, typing


def load_landing(landing: Path, home: Home, *, quarantine_limit: float | None = None) -> LoadResult:
    """Land a folder; InputError if a file was refused, after all that can land has landed."""
    result = land_folder(landing, home, quarantine_limit=quarantine_limit)
    error = result.error()
    if error is not None:
        raise error
    return result


def land_folder(landing: Path, home: Home, *, quarantine_limit: float | None = None) -> LoadResult:
    """Land a folder and say what became of each file; refused files are part of the result."""
    began = time.perf_counter()
    limits = Limits.from_environment(quarantine_limit)
    found = discover(landing)
    with store.opened(home) as connection:
        _check_leads(found, connection)
        call = _Call(connection, limits, suppression=read_suppression(connection, home))
        files: list[FileResult] = []
        for table in TABLES:
            of_table = [file for file in found.files if file.table == table]
            if of_table:
                with store.transaction(connection):
                    files += call.land_table(table, of_table)
        _, _, batch = store.last_numbers(connection)
        result = LoadResult(str(landing), batch, files, found.notes)
        result.lacks_leads = not any(one.landed for one in store.known_files(connection, "leads"))
    result.add_up()
    result.seconds = round(time.perf_counter() - began, 3)
    return result


def _check_leads(found: Landing, connection: duckdb.DuckDBPyConnection) -> None:
    expected = f"expected leads.csv (or another of {EXPECTED}), or a folder leads/ of such files"
    notes = "".join(f" {note}" for note in found.notes[:3])
    if not found.files:
        message = f"the landing folder {found.folder} holds no table; {expected}.{notes}"
        raise InputError(message)
    if any(file.table == "leads" for file in found.files):
        return
    if not any(file.landed for file in store.known_files(connection, "leads")):
        message = f"the landing folder {found.folder} holds no leads; {expected}.{notes}"
        raise InputError(message)


@dataclass
class _Call:
    """One call of the load: its number, its moment, and what it may tolerate."""

    connection: duckdb.DuckDBPyConnection
    limits: Limits
    loaded_at: datetime = field(default_factory=lambda: datetime.now(UTC).replace(tzinfo=None))
    suppression: Suppression = field(default_factory=Suppression)

    def __post_init__(self) -> None:
        self.last_id, last_batch, _ = store.last_numbers(self.connection)
        self.batch = last_batch + 1

    def land_table(self, table: str, files: list[LandingFile]) -> list[FileResult]:
        """Land the files of one table, then judge the share of bad rows."""
        known = store.known_files(self.connection, table)
        results: list[tuple[FileResult, store.Writer]] = []
        for file in files:
            result = FileResult(table, file.relative, file.format)
            writer = store.Writer(
                self.connection, result, self.batch, self.loaded_at, self.suppression
            )
            self._land_file(file, result, writer, known)
            results.append((result, writer))
            if result.status == "landed":
                known.append(store.Known(result.file_id, result.sha256, result.bytes, landed=True))
        self._judge(table, results)
        for result, writer in results:
            if result.status in {"landed", "refused"} and result.sha256:
                writer.record()
        return [result for result, _ in results]

    def _land_file(
        self, file: LandingFile, result: FileResult, writer: store.Writer, known: list[store.Known]
    ) -> None:
        notes = Notes()
        try:
            with Source(file.path, self.limits, compressed=file.compressed) as source:
                result.bytes = source.size
                if self._is_known(source, result, known, writer):
                    return
                try:
                    self._write(file, source, notes, result, writer)
                except RefusedError as error:
                    self._refuse(error, result, writer)
                result.sha256 = source.digest()
        except RefusedError as error:
            self._refuse(error, result, writer)
        except OSError as error:
            self._refuse(RefusedError(f"cannot be read ({error.strerror})"), result, writer)
        result.note = "; ".join(filter(None, (result.note, str(notes))))

    def _refuse(self, error: RefusedError, result: FileResult, writer: store.Writer) -> None:
        if result.landed:
            writer.forget(quarantine=False)
        result.first_line, result.first_reason = error.line, str(error)
        result.refuse(str(error))

    def _write(
        self,
        file: LandingFile,
        source: Source,
        notes: Notes,
        result: FileResult,
        writer: store.Writer,
    ) -> None:
        """Read the file to its end and land it, batch by batch; then the counts must close."""
        typings: dict[pa.Schema, Typing] = {}
        with closing(prefetched(self._read(file, source, notes))) as batches:
            for batch in batches:
                schema = batch.rows.schema
                if schema not in typings:
                    typings[schema] = typing(file.table, schema, self.limits, self.loaded_at)
                writer.land(batch, typings[schema])
        taken = result.landed + result.quarantined + result.blank + result.suppressed
        if result.lines_read != taken:
            message = (
                f"internal error: {result.lines_read:,} records were counted, but "
                f"{result.landed:,} landed, {result.quarantined:,} went to quarantine, "
                f"{result.suppressed:,} were suppressed and {result.blank:,} are "
                "blank; nothing of the file was kept"
            )
            raise RefusedError(message)
        if not typings:
            result.status = "skipped"

    def _read(self, file: LandingFile, source: Source, notes: Notes) -> Iterator[Batch]:
        table = TABLES[file.table]
        if source.size == 0:
            notes.add("is empty; nothing to load")
            return iter(())
        if file.format == "parquet":
            return parquet_file.batches(file.path, table, self.limits, notes)
        reader = csv_file if file.format == "csv" else json_file
        return reader.batches(source, table, self.limits, notes)

    def _judge(self, table: str, results: list[tuple[FileResult, store.Writer]]) -> None:
        """Refuse the files with bad rows if too many of the table's rows are bad."""
        read = [result for result, _ in results if result.status == "landed"]
        rows = sum(result.rows for result in read)
        bad = sum(result.quarantined for result in read)
        if not rows or bad * 100 <= self.limits.quarantine_percent * rows:
            return
        for result, writer in results:
            if result.status == "landed" and result.quarantined:
                writer.forget(quarantine=False)
                result.refuse(
                    f"{result.first_reason}; {bad:,} of {rows:,} rows of {table} "
                    f"({100 * bad / rows:.3g} %) could not be taken, the limit is "
                    f"{self.limits.quarantine_percent:g} %: correct the file, or raise the limit "
                    "with --quarantine-limit (HANDOFF_QUARANTINE_LIMIT)"
                )

    def _is_known(
        self,
        source: Source,
        result: FileResult,
        known: list[store.Known],
        writer: store.Writer,
    ) -> bool:
        """Compare content with what was seen; read it for that only if a size is the same."""
        same_size = [one for one in known if one.size == source.size]
        digest = source.digest() if same_size else ""
        seen = next((one for one in same_size if one.sha256 == digest), None)
        source.rewind()
        if seen is None:
            self.last_id += 1
            result.file_id = self.last_id
            return False
        result.file_id, result.sha256 = seen.file_id, digest
        if seen.landed:
            result.status = "known"
            return True
        writer.forget(quarantine=True)  # refused before, tried again
        return False
