"""Makes a stop signal end dbt soon, whatever query is running.

dbt interrupts each connection once and then waits: a query that begins just after that would be
waited for, for hours if need be. And a signal that arrives while dbt cleans up, or imports, can get
lost in a handler of its own. So the interruption is repeated until dbt has come back, the signal
too, and whatever dbt came back with, a run that was asked to stop has stopped.
"""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType

import duckdb

from handoff.stopping import listening, stop_of

INTERRUPT_SECONDS = 0.1
REPEAT_AFTER = 30  # interruptions


@contextmanager
def stopping_soon() -> Iterator[None]:
    """Let SIGTERM and SIGINT interrupt what the body runs until it ends; then raise the stop."""
    ended = threading.Event()
    asked: list[int] = []

    def stop(number: int, _frame: FrameType | None) -> None:
        if not asked:
            asked.append(number)
            threading.Thread(target=_insist, args=(number, ended), daemon=True).start()
        raise stop_of(number)

    try:
        with listening(stop):
            try:
                yield
            finally:
                ended.set()
    finally:
        if asked:
            raise stop_of(asked[0])


def _insist(number: int, ended: threading.Event) -> None:
    """Interrupt every open connection again and again, and now and then repeat the signal."""
    from dbt.adapters.factory import get_adapter_by_type  # noqa: PLC0415 - comes with dbt

    turn = 0
    while not ended.wait(INTERRUPT_SECONDS):
        turn += 1
        # No adapter yet, or a connection that is just closing: there is nothing to interrupt.
        with suppress(KeyError, RuntimeError, AttributeError, duckdb.Error):
            get_adapter_by_type("duckdb").connections.cancel_open()
        if turn % REPEAT_AFTER == 0:
            signal.raise_signal(number)
