"""Land a folder: every new file into the raw schema, what cannot be taken into quarantine.

A table's files land in one transaction: a load that is killed leaves whole files or nothing, and
the next one goes on from there. Files whose content landed before are passed over. A file that
cannot be read is refused alone; if too large a share of a table's rows is bad, the files with the
bad rows are refused and the others land. What a table's files bring is checked before it stays; a
critical check that fails takes the whole load back. Nothing in the landing folder is changed.
"""

import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from handoff import checks_page
from handoff.checking import Finding
from handoff.errors import InputError
from handoff.expectations import LANDING_SUITES
from handoff.home import Home
from handoff.load import csv_file, json_file, parquet_file, seen, store
from handoff.load.arrivals import Arrival
from handoff.load.batch import Batch
from handoff.load.border import Border
from handoff.load.contract import TABLES
from handoff.load.landing import EXPECTED, Landing, LandingFile, discover
from handoff.load.limits import Limits
from handoff.load.manifest import NAME as MANIFEST
from handoff.load.manifest import Promise, read_manifest
from handoff.load.one_file import OneFile
from handoff.load.parquet_whole import Shapes, WholeFile
from handoff.load.prefetch import prefetched
from handoff.load.result import FileResult, LoadResult
from handoff.load.suppression import Suppression, read_suppression
from handoff.load.together import (
    MOST_FILES,
    ReadTwiceError,
    StumbledError,
    belong_together,
    land_together,
)
from handoff.load.typing_sql import Typing, typing
from handoff.runs import write_json
from handoff.settings import read_settings


def load_landing(landing: Path, home: Home, **asked: Any) -> LoadResult:
    """Land a folder as `land_folder` does; InputError if it has to end with one."""
    result = land_folder(landing, home, **asked)
    error = result.error()
    if error is not None:
        raise error
    return result


def land_folder(
    landing: Path,
    home: Home,
    *,
    quarantine_limit: float | None = None,
    accepted: tuple[str, ...] = (),
    suites: Path = LANDING_SUITES,
    record: Path | None = None,
) -> LoadResult:
    """Land a folder and say what became of each file; refused files are part of the result.

    `accepted` are tables whose arrivals are taken whatever the rules of the settings say. What was
    checked is left in the folder `record`.
    """
    began = time.perf_counter()
    settings = read_settings(home)
    limits = Limits.from_environment(quarantine_limit, ancient=settings.landing.company_start)
    border = Border(settings, suites, accepted)
    found = discover(landing)
    before = seen.look_at(found.files)
    promises = read_manifest(landing)
    parquet = [file.path.resolve() for file in found.files if file.format == "parquet"]
    with store.opened(home, reads=parquet) as connection:
        _check_leads(found, connection)
        suppression = read_suppression(connection, home)
        digests = before.digests(landing, home)
        call = _Call(connection, limits, border, promises, digests, suppression=suppression)
        files: list[FileResult] = []
        for table in TABLES:
            of_table = [file for file in found.files if file.table == table]
            try:
                with store.transaction(connection):
                    files += call.land_table(table, of_table)
            except ReadTwiceError:
                call.by_engine = False
                with store.transaction(connection):
                    files += call.land_table(table, of_table)
        call.take_back()
        files += _missing(promises, found, connection)
        _, _, batch = store.last_numbers(connection)
        result = LoadResult(str(landing), batch, files, found.notes)
        result.lacks_leads = not any(one.landed for one in store.known_files(connection, "leads"))
    result.accepted, result.findings = sorted(accepted), border.findings
    result.add_up()
    seen.remember(landing, home, before, files)
    result.seconds = round(time.perf_counter() - began, 3)
    if record is not None:
        write_json(record / "landing.json", asdict(result))
        checks_page.write(record)
    return result


def _missing(
    promises: dict[str, Promise], found: Landing, connection: duckdb.DuckDBPyConnection
) -> list[FileResult]:
    """List files that were promised and neither lie in the folder nor landed before."""
    there = {file.relative for file in found.files}
    there |= {path for table in TABLES for path in store.landed_paths(connection, table)}
    missing = [FileResult("", path, "") for path in promises if path not in there]
    for one in missing:
        one.refuse(f"{MANIFEST} promises this file, and it is not there")
    return missing


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
    border: Border
    promises: dict[str, Promise] = field(default_factory=dict)
    digests: dict[str, str] = field(default_factory=dict)
    """Of files that look as they did when they were last read, by path below the folder."""
    loaded_at: datetime = field(default_factory=lambda: datetime.now(UTC).replace(tzinfo=None))
    suppression: Suppression = field(default_factory=Suppression)

    def __post_init__(self) -> None:
        self.last_id, last_batch, _ = store.last_numbers(self.connection)
        self.batch = last_batch + 1
        self.landed: list[tuple[FileResult, store.Writer]] = []
        self.stopped_by: list[Finding] = []
        self.by_engine = True
        self.shapes = Shapes(self.connection)

    def land_table(self, table: str, files: list[LandingFile]) -> list[FileResult]:
        """Land the files of one table, judge the share of bad rows, and check what came."""
        known = store.known_files(self.connection, table) if files else []
        results: list[tuple[FileResult, store.Writer]] = []
        waiting: list[OneFile] = []
        for file in files:
            result = FileResult(table, file.relative, file.format)
            writer = store.Writer(
                self.connection, result, self.batch, self.loaded_at, self.suppression
            )
            results.append((result, writer))
            self._take(OneFile(file, result, writer), waiting, known)
        self._land_waiting(waiting, known)
        self._judge(table, results)
        self._check(table, results)
        for result, writer in results:
            if result.status in {"landed", "refused"} and result.sha256:
                writer.record()
        self.landed += [(one, writer) for one, writer in results if one.status == "landed"]
        return [result for result, _ in results]

    def take_back(self) -> None:
        """If a check stopped the load, take back the tables that had passed theirs."""
        if not self.stopped_by or not self.landed:
            return
        tables = ", ".join(sorted({one.suite for one in self.stopped_by}))
        with store.transaction(self.connection):
            for result, writer in self.landed:
                writer.forget(quarantine=False)
                result.refuse(f"not taken, because a check of this load failed: {tables}")
                writer.record()

    def _check(self, table: str, results: list[tuple[FileResult, store.Writer]]) -> None:
        """Check what the files of a table bring; refuse them all if a critical check fails."""
        came = [result for result, _ in results if result.status in {"landed", "skipped"}]
        beside = tuple(result for result, _ in results if result.status == "known")
        arrival = Arrival(table, self.batch, self.loaded_at, came, beside)
        check = self.border.check if came else self.border.check_absent
        failed = check(self.connection, arrival)
        self.stopped_by += failed
        if not failed:
            return
        for result, writer in results:
            if result.status == "landed":
                writer.forget(quarantine=False)
                result.refuse(failed[0].sentence)

    def _take(self, one: OneFile, waiting: list[OneFile], known: list[store.Known]) -> None:
        """Land a file, or let it wait for those that can land in one statement with it."""
        with one.refusing():
            one.open(self.limits)
            if any(other.result.bytes == one.result.bytes for other in waiting):
                self._land_waiting(waiting, known)  # it may be the same once more
            if not self._is_known(one, known):
                self.border.make_ready()
                with one.refusing_content():
                    one.whole = self._whole(one)
        if one.whole is None:
            self._land(one, known)
            return
        full = len(waiting) == MOST_FILES
        if waiting and (full or not belong_together(waiting[-1], one)):
            self._land_waiting(waiting, known)
        waiting.append(one)

    def _land(self, one: OneFile, known: list[store.Known]) -> None:
        """Land a file by itself, unless it was refused or landed before."""
        if one.result.status == "landed":
            with one.refusing(), one.refusing_content():
                self._land_batches(one)
                one.check_counts()
        self._finish(one, known)

    def _land_waiting(self, waiting: list[OneFile], known: list[store.Known]) -> None:
        """Land the files that wait; if the engine stumbles, each by itself, and then otherwise."""
        files = waiting[:]
        waiting.clear()
        if not files:
            return
        table, schema = files[0].file.table, files[0].whole.shape.schema
        sql = typing(table, schema, self.limits, self.loaded_at)
        try:
            land_together(self.connection, files, sql, self.suppression, self.batch)
        except StumbledError:
            for one in files:
                one.writer.start_again()
                if len(files) > 1:
                    self._land_waiting([one], known)
                else:
                    self._land(one, known)
            return
        except ReadTwiceError:
            for one in files:
                one.close()
            raise
        for one in files:
            with one.refusing_content():
                one.check_counts()
            self._finish(one, known)

    def _finish(self, one: OneFile, known: list[store.Known]) -> None:
        result = one.result
        with one.refusing():
            if not one.is_over and result.status != "known":
                one.finish(self.promises.get(one.file.relative))
        one.close()
        if result.status == "landed":
            known.append(store.Known(result.file_id, result.sha256, result.bytes, landed=True))

    def _whole(self, one: OneFile) -> WholeFile | None:
        """Say how the engine reads a file itself, if it can."""
        if one.file.format != "parquet" or not self.by_engine or not one.source.size:
            return None
        table = TABLES[one.file.table]
        with parquet_file.opened(one.file.path, table, self.limits, one.notes) as content:
            return self.shapes.whole_file(content)

    def _land_batches(self, one: OneFile) -> None:
        """Read a file to its end and land it, batch by batch."""
        typings: dict[pa.Schema, Typing] = {}
        with closing(prefetched(self._read(one))) as batches:
            for batch in batches:
                schema = batch.rows.schema
                if schema not in typings:
                    one.result.columns = [name for name in schema.names if name != "_line"]
                    typings[schema] = typing(one.file.table, schema, self.limits, self.loaded_at)
                one.writer.land(batch, typings[schema])

    def _read(self, one: OneFile) -> Iterator[Batch]:
        table = TABLES[one.file.table]
        if one.source.size == 0:
            one.notes.add("is empty; nothing to load")
            return iter(())
        if one.file.format == "parquet":
            return parquet_file.batches(one.file.path, table, self.limits, one.notes)
        reader = csv_file if one.file.format == "csv" else json_file
        return reader.batches(one.source, table, self.limits, one.notes)

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

    def _is_known(self, one: OneFile, known: list[store.Known]) -> bool:
        """Compare content with what was seen; read it for that only if a size is the same."""
        source, result = one.source, one.result
        same_size = [other for other in known if other.size == source.size]
        digest = ""
        if same_size:
            digest = self.digests.get(result.path) or source.digest()
        same = next((other for other in same_size if other.sha256 == digest), None)
        source.rewind()
        if same is None:
            self.last_id += 1
            result.file_id = self.last_id
            return False
        result.file_id, result.sha256 = same.file_id, digest
        if same.landed:
            result.status = "known"
            return True
        one.writer.forget(quarantine=True)  # refused before, tried again
        return False
