"""Ends a run that was asked to stop as a stopped one, whatever the library it was in makes of that.

A stop raised while the engine runs a query comes out of it as an error of the engine, which whoever
asked may even have learnt to live without. Nobody is to look for a fault where somebody stopped a
run, and a run that was asked to stop takes no further step.
"""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

SIGNALS = (signal.SIGTERM, signal.SIGINT)


@contextmanager
def ending_as_stopped() -> Iterator[Callable[[], None]]:
    """Let SIGTERM and SIGINT stop the body; an error that comes of it is that stop.

    The body gets a function that raises the stop once more if it was asked for and got lost.
    """
    asked: list[int] = []

    def stop_if_asked() -> None:
        if asked:
            raise stop_of(asked[0])

    def stop(number: int, _frame: FrameType | None) -> None:
        asked.append(number)
        raise stop_of(number)

    with listening(stop):
        try:
            yield stop_if_asked
        except Exception as error:
            if asked:
                raise stop_of(asked[0]) from error
            raise


@contextmanager
def listening(handler: Callable[[int, FrameType | None], None]) -> Iterator[None]:
    """Give both signals to `handler` while the body runs; one the caller ignores stays ignored."""
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread can listen to signals
        return
    # Ignored by nohup, or in a background job of a script.
    before = {number: signal.getsignal(number) for number in SIGNALS}
    heard = [number for number, found in before.items() if found not in (signal.SIG_IGN, None)]
    for number in heard:
        signal.signal(number, handler)
    try:
        yield
    finally:
        for number in heard:
            signal.signal(number, before[number])


def stop_of(number: int) -> BaseException:
    """Make what a signal raises."""
    return KeyboardInterrupt() if number == signal.SIGINT else SystemExit(128 + number)
