"""The record of runs: one folder a run, with what it did, how long it took and how it ended.

`recorded` is the frame of every command that changes a home folder: it takes the lock, opens the
record, and closes both however the command ends: by success, by an error or by a signal. It
stores no value from the data: counts, times, names of models and tests, one sentence if it failed.
"""

import json
import os
import re
import secrets
import shutil
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click
import duckdb

from handoff import addresses, lock, notify
from handoff.errors import EXIT_SIGINT, EXIT_USAGE, EngineError, HandoffError, UsageError
from handoff.home import NOT_FOR_THE_WORLD, Home
from handoff.privacy import first_sentence, masked
from handoff.progress import Progress
from handoff.published import versions
from handoff.run_log import RunLog
from handoff.settings import read_settings
from handoff.stopping import ending_as_stopped

RUN_ID = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{4,}")
REMOVED_AT_ONCE = 50  # so that no run spends its time on tidying
RUNNING, SUCCEEDED, FAILED, STOPPED = "running", "succeeded", "failed", "stopped"
UNCHANGED = "unchanged"  # an outcome: it succeeded, there was nothing to do
UNREADABLE = "unreadable"
INTERRUPTED = "interrupted"  # the record says running, but no process holds the lock


@dataclass
class Step:
    """One step of a run; `counts` is filled while it runs."""

    name: str
    started_at: str
    status: str = RUNNING
    seconds: float = 0.0
    counts: dict[str, Any] = field(default_factory=dict)


@dataclass
class Run:
    """The record of one run, written to `run.json` after every step."""

    run_id: str
    command: str
    folder: Path
    started_at: str
    progress: Progress
    status: str = RUNNING
    ended_at: str | None = None
    seconds: float = 0.0
    exit_code: int | None = None
    error: str | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Begin the log beside the record."""
        self.step_now: str | None = None
        self.stop_if_asked: Callable[[], None] = lambda: None
        self.log = RunLog(self.folder, self.run_id, lambda: self.step_now)

    @contextmanager
    def step(self, name: str) -> Iterator[Step]:
        """Time one step and say on the progress line that it has begun."""
        self.stop_if_asked()
        step = Step(name=name, started_at=_now_text())
        self.steps.append(step)
        self.progress.step(name)
        self.step_now = name
        self.log("step began")
        began = time.monotonic()
        try:
            yield step
            step.status = SUCCEEDED
        except Exception:
            self.stop_if_asked()
            step.status = FAILED
            raise
        finally:
            if step.status == RUNNING:
                step.status = STOPPED
            step.seconds = round(time.monotonic() - began, 3)
            level = "info" if step.status == SUCCEEDED else "error"
            facts = {"status": step.status, "seconds": step.seconds, "counts": step.counts}
            self.log("step ended", level=level, **facts)
            self.step_now = None
            self.write()

    def write(self, *, durable: bool = False) -> None:
        """Put the record in its file, whole or not at all."""
        record = {
            "run_id": self.run_id,
            "command": self.command,
            "status": self.status,
            "exit_code": self.exit_code,
            "started_at": self.started_at,
            "ended_at": self.ended_at,
            "seconds": self.seconds,
            **self.facts,
            "steps": [vars(step) for step in self.steps],
            "error": self.error,
        }
        write_json(self.folder / "run.json", record, durable=durable)


def write_json(path: Path, content: Any, *, durable: bool = False) -> None:
    """Replace a JSON file in one move, so that no reader meets half of it; `durable`: on disk."""
    text = json.dumps(content, default=str, ensure_ascii=False, indent=2)
    temporary = path.with_name(path.name + ".tmp")
    with temporary.open("w", encoding="utf-8") as file:
        file.write(text + "\n")
        if durable:
            file.flush()
            os.fsync(file.fileno())
    temporary.replace(path)


@contextmanager
def recorded(home: Home, command: str, **facts: Any) -> Iterator[Run]:
    """Run the body under the lock of `home` and on the record; every error gets its exit code."""
    with engine_errors():
        addresses.check()
        os.umask(os.umask(0) | NOT_FOR_THE_WORLD)
        home.create()
        run_id = new_run_id(home)
        with lock.hold(home, command=command, run_id=run_id), Progress() as progress:
            run = _open(home, run_id, command, progress)
            run.facts.update(facts)
            began = time.monotonic()
            try:
                with engine_errors(), _faults(run), ending_as_stopped() as run.stop_if_asked:
                    yield run
                run.status, run.exit_code = SUCCEEDED, 0
            except HandoffError as error:
                run.status, run.exit_code, run.error = FAILED, error.exit_code, str(error)
                raise
            except click.ClickException as error:
                run.status, run.exit_code, run.error = FAILED, EXIT_USAGE, error.format_message()
                raise
            except SystemExit as stop:
                run.status, run.exit_code = STOPPED, int(stop.code or 0)
                raise
            except KeyboardInterrupt:
                run.status, run.exit_code = STOPPED, EXIT_SIGINT
                raise
            finally:
                _close(run, seconds=time.monotonic() - began)
                _prune(home, run)
                notify.run_ended(home, vars(run))


def recent(home: Home, limit: int) -> list[dict]:
    """Read the newest records, newest first; an unreadable one says so instead of hiding."""
    folders = sorted(_folders(home), reverse=True)
    busy = lock.holder(home)
    return [_read(folder, busy) for folder in folders[:limit]]


def _folders(home: Home) -> list[Path]:
    """List the folders of runs; what else somebody put there is not ours."""
    found = home.runs.iterdir() if home.runs.is_dir() else ()
    return [path for path in found if RUN_ID.fullmatch(path.name) and path.is_dir()]


def new_run_id(home: Home) -> str:
    """Make a run id: the second it began, and four digits that keep ids unique and in order.

    A clock that was set back does not put a run before those that ran: it gets their last second.
    """
    newest = max((path.name for path in _folders(home)), default="")
    second = max(datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ"), newest.partition("-")[0])
    taken = [path.name.rpartition("-")[2] for path in home.runs.glob(f"{second}-*")]
    suffix = int(max(taken), 16) + 1 if taken else secrets.randbelow(0x8000)
    return f"{second}-{suffix:04x}"


def _open(home: Home, run_id: str, command: str, progress: Progress) -> Run:
    folder = home.runs / run_id
    folder.mkdir()
    run = Run(run_id, command, folder, _now_text(), progress)
    run.facts["pid"] = os.getpid()
    run.write()
    run.log("run began", command=command, pid=os.getpid())
    return run


def _close(run: Run, *, seconds: float) -> None:
    """Write the end; a full disk must not hide the error that is on its way out."""
    run.ended_at, run.seconds = _now_text(), round(seconds, 3)
    level = "info" if run.status == SUCCEEDED else "error"
    ended = {"status": run.status, "exit_code": run.exit_code, "seconds": run.seconds}
    run.log("run ended", level=level, **ended, error=run.error)
    with suppress(OSError):
        run.write(durable=True)


def _prune(home: Home, run: Run) -> None:
    """Remove records that are too many or too old; those of published versions stay."""
    with suppress(OSError, UsageError):
        limits = read_settings(home).runs
        oldest = datetime.now(UTC) - timedelta(days=limits.keep_days)
        first = f"{oldest:%Y%m%dT%H%M%SZ}"
        newest_first = sorted(_folders(home), reverse=True)
        surplus = {path for path in newest_first if path.name < first}
        surplus |= set(newest_first[limits.keep :])
        served = {one.publication.run_id for one in versions(home) if one.publication}
        spare = [path for path in sorted(surplus) if path.name not in served | {run.run_id}]
        for path in spare[:REMOVED_AT_ONCE]:
            shutil.rmtree(path)


def _read(folder: Path, busy: dict | None) -> dict:
    """Read one record; one that is torn, or no record at all, is said to be unreadable."""
    unreadable = {"run_id": folder.name, "command": None, "status": UNREADABLE, "steps": []}
    try:
        record = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return unreadable
    if not isinstance(record, dict) or not isinstance(record.get("steps"), list):
        return unreadable
    record["run_id"] = folder.name
    if record.get("status") == RUNNING and (busy or {}).get("run_id") != folder.name:
        record["status"] = INTERRUPTED
    return record


@contextmanager
def engine_errors() -> Iterator[None]:
    """Turn errors of the engine and the file system into EngineError, one sentence each."""
    try:
        yield
    except duckdb.Error as error:
        message = f"The database engine failed: {first_sentence(str(error))}"
        raise EngineError(message) from error
    except OSError as error:
        where = f" ({error.filename})" if error.filename else ""
        message = f"The file system failed: {error.strerror or type(error).__name__}{where}."
        raise EngineError(message) from error


@contextmanager
def _faults(run: Run) -> Iterator[None]:
    """Turn an exception nobody foresaw into EngineError, its trace kept in the run's folder."""
    try:
        yield
    except (HandoffError, click.ClickException, click.exceptions.Exit, duckdb.Error, OSError):
        raise
    except Exception as error:
        trace = run.folder / "fault.log"
        trace.write_text(masked("".join(traceback.format_exception(error))), encoding="utf-8")
        message = f"A fault in handoff itself ({type(error).__name__}); the trace is in {trace}."
        raise EngineError(message) from error


def _now_text() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
