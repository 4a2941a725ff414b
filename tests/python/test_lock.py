"""One writer a home folder."""

import os
import signal
import subprocess
import sys
import threading

import pytest

from handoff import lock
from handoff.errors import EXIT_LOCKED, LockedError
from handoff.home import Home

HOLD_UNTIL_KILLED = """
import sys, time
from handoff import lock
from handoff.home import Home
with lock.hold(Home.at(sys.argv[1]), command="refresh", run_id="run-of-another"):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def home(tmp_path):
    return Home.at(tmp_path).create()


@pytest.fixture
def another(home):
    """Hold the lock in another process."""
    program = [sys.executable, "-c", HOLD_UNTIL_KILLED, str(home.path)]
    with subprocess.Popen(program, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_a_second_refresh_is_turned_away_and_told_who_holds_the_lock(home, another):
    with (
        pytest.raises(LockedError, match=f"process {another.pid}, run run-of-another") as refused,
        lock.hold(home, command="refresh", run_id="mine"),
    ):
        pytest.fail("two processes held the lock")
    assert refused.value.exit_code == EXIT_LOCKED


def test_the_lock_ends_with_a_killed_process_though_its_name_is_still_in_the_file(home, another):
    os.kill(another.pid, signal.SIGKILL)
    another.wait()
    assert "run-of-another" in lock.lock_file(home).read_text()
    assert lock.holder(home) is None
    with lock.hold(home, command="refresh", run_id="mine"):
        assert lock.holder(home)["run_id"] == "mine"


@pytest.mark.parametrize("end", [RuntimeError, SystemExit, KeyboardInterrupt])
def test_the_lock_is_released_on_every_way_out(home, end):
    with pytest.raises(end), lock.hold(home, command="build", run_id="mine"):
        raise end
    assert lock.holder(home) is None
    with lock.hold(home, command="build", run_id="next"):
        pass


def test_looking_who_holds_the_lock_turns_no_refresh_away(home):
    stop = threading.Event()

    def look():
        while not stop.is_set():
            lock.holder(home)

    looking = threading.Thread(target=look)
    looking.start()
    try:
        for number in range(300):
            with lock.hold(home, command="refresh", run_id=str(number)):
                pass
    finally:
        stop.set()
        looking.join()
