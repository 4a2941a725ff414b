"""A run that was asked to stop stops, whatever dbt makes of the signal."""

import signal
import time

import pytest

from handoff.dbt_stop import stopping_soon


@pytest.mark.parametrize(
    ("number", "end"), [(signal.SIGTERM, SystemExit), (signal.SIGINT, KeyboardInterrupt)]
)
def test_a_signal_that_gets_lost_inside_still_ends_the_run(number, end):
    before = signal.getsignal(number)
    with pytest.raises(end), stopping_soon():
        try:
            signal.raise_signal(number)
        except end:
            time.sleep(0.01)  # dbt went on as if nothing had happened
    assert signal.getsignal(number) is before


def test_the_stop_goes_before_the_error_it_causes():
    with pytest.raises(SystemExit) as stopped, stopping_soon():
        try:
            signal.raise_signal(signal.SIGTERM)
        except SystemExit:
            message = "Interrupted!"
            raise RuntimeError(message) from None
    assert stopped.value.code == 143


def test_a_signal_the_caller_ignores_stays_ignored():
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with stopping_soon():
            signal.raise_signal(signal.SIGINT)
    finally:
        signal.signal(signal.SIGINT, before)
