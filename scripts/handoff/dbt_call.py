"""Calls dbt in this process, and lets go of the database file afterwards, whatever came of it.

If the engine stopped itself, dbt is called once more, as the next run would: what an engine takes
for its own fault may depend on which thread came first. Whatever a run half done has left, the
next one does not believe.
"""

import os
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from handoff.collecting import seldom_collecting
from handoff.dbt_log import DbtLog
from handoff.dbt_outcome import engine_stopped
from handoff.dbt_stop import stopping_soon
from handoff.errors import EngineError
from handoff.privacy import first_sentence


def results(arguments: list[str], listening: DbtLog, log: Path) -> tuple[list[Any], str | None]:
    """Give dbt's result of every node, and with which words the engine had stopped itself before.

    EngineError if dbt came to no result at all.
    """
    outcome = invoke(arguments, listening)
    stopped = engine_stopped(outcome)
    if stopped is not None:
        outcome = invoke(arguments, listening)
    if isinstance(outcome.exception, SystemExit | KeyboardInterrupt):
        raise outcome.exception
    if outcome.result is None:
        raise _no_result(outcome.exception, log)
    return outcome.result.results, stopped


def invoke(arguments: list[str], listening: DbtLog) -> Any:
    """Call dbt once."""
    with listening as listener, seldom_collecting(), stopping_soon():
        from dbt.cli.main import dbtRunner  # noqa: PLC0415 - 2.5 seconds, only when needed

        try:
            outcome = dbtRunner(callbacks=[listener.hear]).invoke(arguments)
            _forget_frames(outcome.exception)
            return outcome
        finally:
            _let_go()


@contextmanager
def set_for_now(values: dict[str, str | None]) -> Iterator[None]:
    """Set environment variables (None: unset) for the body only."""
    before = {name: os.environ.get(name) for name in values}
    _set(values)
    try:
        yield
    finally:
        _set(before)


def _set(values: dict[str, str | None]) -> None:
    for name, value in values.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value


def _forget_frames(error: BaseException | None) -> None:
    """Let go of what the frames of an error hold: connections, which keep a database open."""
    while error is not None:
        traceback.clear_frames(error.__traceback__)
        error = error.__cause__ or error.__context__


def _let_go() -> None:
    """Close what dbt left open: until then nothing else can open the working database."""
    from dbt.adapters.duckdb.connections import (  # noqa: PLC0415 - comes with dbt
        DuckDBConnectionManager,
    )

    DuckDBConnectionManager.close_all_connections()


def _no_result(error: BaseException | None, log: Path) -> EngineError:
    what = first_sentence(str(error)) if error else "it gave neither a result nor a reason"
    return EngineError(f"dbt could not run: {what} The log is {log}.")
