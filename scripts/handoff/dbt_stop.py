"""Makes a stop signal end dbt at once, whatever query is running.

dbt interrupts each connection once and then waits. A query that begins just after that would be
waited for, for hours if need be; so the interruption is repeated until dbt has come back.
"""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType

import duckdb

from handoff.errors import EXIT_SIGTERM

SIGNALS = (signal.SIGTERM, signal.SIGINT)
EVERY_SECONDS = 0.1


@contextmanager
def stopping_at_once() -> Iterator[None]:
    """Let SIGTERM and SIGINT interrupt the running queries again and again while the body runs."""
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread can listen to signals
        return
    ended = threading.Event()
    before = {number: signal.getsignal(number) for number in SIGNALS}

    def stop(number: int, frame: FrameType | None) -> None:
        threading.Thread(target=_interrupt_until, args=(ended,), daemon=True).start()
        handler = before[number]
        if callable(handler):
            handler(number, frame)
        raise SystemExit(EXIT_SIGTERM)

    for number in SIGNALS:
        signal.signal(number, stop)
    try:
        yield
    finally:
        ended.set()
        for number, handler in before.items():
            signal.signal(number, handler)


def _interrupt_until(ended: threading.Event) -> None:
    from dbt.adapters.factory import get_adapter_by_type  # noqa: PLC0415 - comes with dbt

    while not ended.wait(EVERY_SECONDS):
        # No adapter yet, or a connection that is just closing: there is nothing to interrupt.
        with suppress(KeyError, RuntimeError, AttributeError, duckdb.Error):
            get_adapter_by_type("duckdb").connections.cancel_open()
