"""Two refreshes at once, many readers, a clock that is set back: nobody meets what is not so.

That the lock ends with the process that held it is proved in test_lock.py, that links change under
the hands of readers who open on and on, in test_versions.py; here a reader looks at every table.
"""

import json
import os
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta

import duckdb
import pytest

import tiny
from handoff import as_of, gate, lock, published, runs, versions
from handoff.errors import EXIT_LOCKED
from handoff.publish import publish
from handoff.rollback import rollback
from handoff.status import status

READERS = 4
OPENS = 1000 if os.environ.get("HANDOFF_ALL_FAULTS") else 250  # of each reader
MARTS = ("dim_leads", "fct_lead_stages", "mart_funnel_conversion")
# One line an opening: the run of the publication, and of every row of every table.
READ_ALL = """
import sys, duckdb
print("ready", flush=True)
for _ in range(int(sys.argv[2])):
    with duckdb.connect(sys.argv[1], read_only=True) as connection:
        met = connection.execute("select run_id from marts.marts.publication").fetchall()
        for table in sys.argv[3:]:
            met += connection.execute(f"select distinct run_id from marts.marts.{table}").fetchall()
    assert len(set(met)) == 1 and len(met) == len(sys.argv) - 2, met
    print(met[0][0], flush=True)
"""


def build_marts(home, number):
    """Put marts into the working database whose every row says of which run it is."""
    run_id = f"run-{number:04}"
    with duckdb.connect(str(home.work_db)) as connection:
        connection.execute("create schema if not exists marts")
        for mart in MARTS:
            connection.execute(
                f"create or replace table marts.{mart} as"
                f" select range as lead_id, '{run_id}' as run_id from range({number + 1})"
            )
    rows = dict.fromkeys(MARTS, number + 1)
    text = tiny.AS_OF_TEXT
    gate.write(home, gate.Gate(gate.AUDITED, run_id, text, "print", text, rows))


@pytest.fixture
def home(tmp_path):
    made = tiny.empty_home(tmp_path / "home")
    build_marts(made, 0)
    publish(made)
    return made


def test_a_thousand_openings_during_publications_meet_one_run_each_in_every_table(home, tmp_path):
    said = [tmp_path / f"reader {number}" for number in range(READERS)]
    readers = []
    for file in said:
        program = [sys.executable, "-c", READ_ALL, str(home.published_db), str(OPENS), *MARTS]
        with file.open("w") as out:
            readers.append(subprocess.Popen(program, stdout=out, stderr=subprocess.STDOUT))
    number = 0
    while any(one.poll() is None for one in readers):
        number += 1
        time.sleep(0.05)  # the processors are for the readers
        build_marts(home, number)
        publish(home)
        if number % 5 == 0:
            rollback(home)
    assert [one.returncode for one in readers] == [0] * READERS, said[0].read_text()[-500:]
    met = [file.read_text().splitlines() for file in said]
    assert [len(lines) for lines in met] == [OPENS + 1] * READERS
    assert len({run for lines in met for run in lines[1:]}) > 3


def test_a_second_refresh_is_turned_away_and_the_first_is_not_disturbed(company):
    process, out = company.start()
    until = time.monotonic() + 60
    while lock.holder(company.home) is None and time.monotonic() < until:
        time.sleep(0.01)
    runs_before = len(list(company.home.runs.iterdir()))
    for _ in range(3):
        second = company.refresh()
        assert second.code == EXIT_LOCKED, second.said
        assert f"process {process.pid}" in second.errors[0]
    first = company.end(process, out)
    assert first.code == 0, first.said
    assert len(list(company.home.runs.iterdir())) <= max(runs_before, 2)
    assert company.fingerprints() == company.expected
    company.heals()


@pytest.mark.parametrize("whose", ["of a process that died", "of a process that lives"])
def test_a_name_left_in_the_lock_turns_nobody_away(company, whose):
    """Process ids are used again: that a process of that number lives says nothing."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as other:
        if whose == "of a process that died":
            other.communicate(b"\n")
        signature = {"pid": other.pid, "command": "refresh", "run_id": "20260630T030000Z-0001"}
        lock.lock_file(company.home).write_text(json.dumps(signature))
        assert status(company.home).running is None
        company.heals()
        if other.poll() is None:
            other.communicate(b"\n")


@pytest.fixture
def set_clock(monkeypatch):
    """Let every module that asks for the time hear one of ours."""

    def set_to(moment):
        class Clock(datetime):
            @classmethod
            def now(cls, tz=None):
                return moment.astimezone(tz)

        for module in (runs, versions, as_of):
            monkeypatch.setattr(module, "datetime", Clock)

    return set_to


NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)
BACK = [timedelta(), timedelta(hours=-1), timedelta(days=-400), timedelta(seconds=-1)]


def test_a_clock_that_is_set_back_leaves_runs_unique_and_in_the_order_they_ran(home, set_clock):
    made = []
    for step in BACK:
        set_clock(NOON + step)
        for _ in range(3):
            with runs.recorded(home, "load") as run:
                made.append(run.run_id)
    assert len(set(made)) == len(made)
    assert [one["run_id"] for one in runs.recent(home, 99)] == made[::-1]


def test_a_clock_that_is_set_back_serves_the_last_publication_and_rolls_back_to_the_one_before(
    home, set_clock
):
    for number, step in enumerate(BACK, start=1):
        set_clock(NOON + step)
        build_marts(home, number)
        publish(home)
        assert published.served(home).name == f"run-{number:04}"
        assert status(home).trouble is None
        assert not status(home).published["is_rolled_back"]
    kept = [version.name for version in published.versions(home)]
    assert kept[:3] == ["run-0004", "run-0003", "run-0002"]
    assert rollback(home).version == "run-0003"


def test_without_a_moment_asked_for_as_of_is_what_the_clock_says_now(set_clock):
    for step in BACK:
        set_clock(NOON + step)
        assert as_of.parse_as_of(None) == NOON + step
