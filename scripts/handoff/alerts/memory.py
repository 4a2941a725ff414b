"""What was delivered: a small database in the home folder that survives being killed.

Every delivery is on the disk before the next one begins. Killed between a delivery and its record,
the next run sends that one again, under the same key. The run that has the file open is alone
with it: a second one is turned away, so no alert goes out twice at once.
"""

import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from handoff.alerts.crossings import Crossing
from handoff.alerts.delivery import Delivery
from handoff.as_of import iso_text
from handoff.errors import EngineError, LockedError
from handoff.home import Home

DELIVERED, FAILED, BEFORE = "delivered", "failed", "before alerts began"
VERSION = 1
PRIMARY_CODE = 0xFF  # the rest of a code is its detail
TABLES = """
create table if not exists beginning (began_at text not null);
create table if not exists alerts (
    alert_key text primary key,
    outcome text not null check (outcome in ('delivered', 'failed', 'before alerts began')),
    crossed_at text not null,
    recorded_at text not null,
    runs integer not null,
    problem text
);
"""


class Memory:
    """What is known of earlier runs."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Remember in `connection`, which commits every statement by itself."""
        self._connection = connection

    def began_at(self) -> datetime | None:
        """Say from when on crossings are sent; None before the first run."""
        rows = self._connection.execute("select began_at from beginning").fetchall()
        return datetime.fromisoformat(rows[0][0]) if rows else None

    def begin(self, moment: datetime) -> None:
        """Fix, once, from when on crossings are sent."""
        self._connection.execute("insert into beginning values (?)", [iso_text(moment)])

    def settled(self) -> set[str]:
        """Return the keys that are never sent (again)."""
        query = "select alert_key from alerts where outcome <> ?"
        return {key for (key,) in self._connection.execute(query, [FAILED])}

    def failures(self) -> dict[str, int]:
        """Return, by key, how many runs have tried in vain."""
        query = "select alert_key, runs from alerts where outcome = ?"
        return dict(self._connection.execute(query, [FAILED]).fetchall())

    def forget(self, is_erased: Callable[[str], bool]) -> int:
        """Delete the alerts whose lead is erased; what they said is overwritten."""
        keys = [key for (key,) in self._connection.execute("select alert_key from alerts")]
        gone = [(key,) for key in keys if is_erased(key.rsplit("|", 2)[0])]
        self._connection.execute("pragma secure_delete = on")
        self._connection.execute("begin")
        self._connection.executemany("delete from alerts where alert_key = ?", gone)
        self._connection.execute("commit")
        # An earlier run may have been stopped between the deletion and this.
        self._connection.execute("vacuum")
        return len(gone)

    def pass_over(self, crossings: Iterable[Crossing]) -> None:
        """Record crossings from before alerts began: known, and never to be sent."""
        now = _now()
        rows = [(one.alert_key, BEFORE, iso_text(one.crossed_at), now, 0) for one in crossings]
        self._connection.execute("begin")
        self._connection.executemany(
            "insert or ignore into alerts values (?, ?, ?, ?, ?, null)", rows
        )
        self._connection.execute("commit")

    def record(self, crossing: Crossing, delivery: Delivery) -> None:
        """Record how one delivery ended; on the disk when this returns."""
        outcome = DELIVERED if delivery.is_delivered else FAILED
        self._connection.execute(
            "insert into alerts values (?, ?, ?, ?, 1, ?) on conflict (alert_key) do update set"
            " outcome = excluded.outcome, recorded_at = excluded.recorded_at, runs = runs + 1,"
            " problem = excluded.problem",
            [
                crossing.alert_key,
                outcome,
                iso_text(crossing.crossed_at),
                _now(),
                delivery.problem,
            ],
        )


def memory_file(home: Home) -> Path:
    """Name the file. Who deletes it begins anew: the next run is a first run."""
    return home.path / "alerts.sqlite"


@contextmanager
def open_memory(home: Home, *, as_copy: bool = False) -> Iterator[Memory]:
    """Open the memory of `home` alone; `as_copy` works on a copy and leaves no trace."""
    path = memory_file(home)
    try:
        with closing(_copy(path) if as_copy else _exclusive(path)) as connection:
            _prepare(connection, path)
            yield Memory(connection)
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
        if code & PRIMARY_CODE == sqlite3.SQLITE_BUSY:
            message = f"Another `handoff alerts send` has {path} open; try again when it has ended."
            raise LockedError(message) from None
        kind = getattr(error, "sqlite_errorname", "unknown error")
        message = (
            f"{path} cannot be used ({kind}), so what was delivered is not known for certain. Make"
            " room or restore the file; once it is moved away, the next run is a first run."
        )
        raise EngineError(message) from error


def forget(home: Home, is_erased: Callable[[str], bool]) -> int:
    """Forget the alerts of erased leads, down to the bytes; returns how many there were."""
    if not memory_file(home).exists():
        return 0
    with open_memory(home) as memory:
        return memory.forget(is_erased)


def _exclusive(path: Path) -> sqlite3.Connection:
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o640))
    except OSError as error:
        message = f"{path} cannot be opened: {error.strerror}."
        raise EngineError(message) from error
    connection = _connect(str(path))
    try:
        # The lock of the first write is kept until the end; the system drops it with the process.
        connection.execute("pragma locking_mode = exclusive")
        connection.execute("pragma synchronous = extra")
        connection.execute("begin exclusive")
        connection.execute("commit")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _copy(path: Path) -> sqlite3.Connection:
    copy = _connect(":memory:")
    if path.exists():
        with closing(_connect(str(path))) as source:
            # Reading first: a copy of what somebody has locked would wait, and never say so.
            source.execute("begin")
            source.execute("select count(*) from sqlite_master").fetchone()
            source.backup(copy)
    return copy


def _connect(database: str) -> sqlite3.Connection:
    """Open without waiting for others, every statement committed by itself."""
    return sqlite3.connect(database, timeout=0, isolation_level=None)


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    (version,) = connection.execute("pragma user_version").fetchone()
    if version > VERSION:
        message = f"{path} was written by a newer version of handoff; use that one."
        raise EngineError(message)
    if version < VERSION:
        connection.executescript(f"begin; {TABLES} pragma user_version = {VERSION}; commit;")


def _now() -> str:
    return iso_text(datetime.now(UTC).replace(microsecond=0))
