"""One writer a home folder: the lock every command that changes one holds.

The lock is the kernel's (`flock`), so it ends with the process that holds it, however it ends; what
stands in the file only says who that is. It does not wait: a scheduler's next call comes anyway.
"""

import errno
import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from handoff.errors import EngineError, LockedError
from handoff.home import Home

# `holder` looks by taking the lock for an instant; that must not turn a refresh away.
PATIENCE_TRIES, PATIENCE_SECONDS = 4, 0.05


def lock_file(home: Home) -> Path:
    """Name the file that is locked; it stays when the lock is released."""
    return home.path / "refresh.lock"


@contextmanager
def hold(home: Home, *, command: str, run_id: str) -> Iterator[None]:
    """Hold the lock of `home`; LockedError names the holder if another process has it."""
    path = lock_file(home)
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o640)
    except OSError as error:
        message = f"The lock {path} cannot be opened: {error.strerror}."
        raise EngineError(message) from error
    try:
        _take(descriptor, path)
        _sign(descriptor, command=command, run_id=run_id)
        try:
            yield
        finally:
            os.ftruncate(descriptor, 0)
    finally:
        os.close(descriptor)


def holder(home: Home) -> dict | None:
    """Say who holds the lock now (what it signed with), or None if nobody does."""
    try:
        descriptor = os.open(lock_file(home), os.O_RDONLY)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return _signature(lock_file(home))
    else:
        return None
    finally:
        os.close(descriptor)


def _take(descriptor: int, path: Path) -> None:
    try:
        for _ in range(PATIENCE_TRIES - 1):
            with suppress(BlockingIOError):
                return fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            time.sleep(PATIENCE_SECONDS)
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise LockedError(_refusal(path), details=[_signature(path)]) from None
    except OSError as error:
        kind = errno.errorcode.get(error.errno or 0, "unknown error")
        message = f"The file system of {path} cannot lock files ({kind}); choose another --home."
        raise EngineError(message) from error


def _sign(descriptor: int, *, command: str, run_id: str) -> None:
    signature = {
        "pid": os.getpid(),
        "started_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "command": command,
        "run_id": run_id,
    }
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, json.dumps(signature).encode(), 0)


def _signature(path: Path) -> dict:
    """Read who signed; nothing readable (it is being written, or just ended) is an empty answer."""
    try:
        signature = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return signature if isinstance(signature, dict) else {}


def _refusal(path: Path) -> str:
    held = _signature(path)
    who = "Another run"
    if held:
        who = (
            f"`handoff {held.get('command')}` (process {held.get('pid')},"
            f" run {held.get('run_id')}, since {held.get('started_at')})"
        )
    return f"{who} holds the lock {path}. Nothing was changed; try again when it has ended."
