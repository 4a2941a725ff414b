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

SIGNALS = (signal.SIGTERM, signal.SIGINT)
INTERRUPT_SECONDS = 0.1
REPEAT_AFTER = 30  # interruptions


@contextmanager
def stopping_soon() -> Iterator[None]:
    """Let SIGTERM and SIGINT interrupt what the body runs until it ends; then raise the stop."""
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread can listen to signals
        return
    ended = threading.Event()
    asked: list[int] = []

    def stop(number: int, _frame: FrameType | None) -> None:
        if not asked:
            asked.append(number)
            threading.Thread(target=_insist, args=(number, ended), daemon=True).start()
        raise _stop_of(number)

    # A signal the caller ignores (nohup, a background job of a script) stays ignored.
    before = {number: signal.getsignal(number) for number in SIGNALS}
    heard = [number for number, handler in before.items() if handler not in (signal.SIG_IGN, None)]
    for number in heard:
        signal.signal(number, stop)
    try:
        yield
    finally:
        ended.set()
        for number in heard:
            signal.signal(number, before[number])
        if asked:
            raise _stop_of(asked[0])


def _stop_of(number: int) -> BaseException:
    return KeyboardInterrupt() if number == signal.SIGINT else SystemExit(128 + number)


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
