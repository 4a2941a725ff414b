"""Whatever stops a refresh, and wherever: what is served stays, and the next plain one heals it.

`HANDOFF_ALL_FAULTS=1` kills at more moments. The whole project is struck in test_whole_project.py;
how each single change of the disk may be the last is proved in test_versions.py.
"""

import os
import signal

import pytest

import night
from handoff import runs

ALL = bool(os.environ.get("HANDOFF_ALL_FAULTS"))
KILLS = 25 if ALL else 2
STOPS = {signal.SIGTERM: 143, signal.SIGINT: 130}
# Before this step begins the old version is what is served.
SWITCHED = ("summary",)


@pytest.mark.parametrize("step", night.STEPS)
def test_a_refresh_killed_before_a_step_is_made_good_by_the_next(company, step):
    ended = company.refresh(strike=night.when_it_begins(step, night.KILL))
    assert ended.code == -signal.SIGKILL, ended.said
    if step not in SWITCHED:
        company.serves_yesterday()
    assert company.last()["status"] == runs.INTERRUPTED
    company.heals()


@pytest.mark.parametrize("step", night.STEPS[1:] if ALL else ["load", "prepare"])
def test_a_refresh_killed_at_work_is_made_good_by_the_next(company, step):
    ended = company.refresh(strike=night.in_the_middle(step, night.KILL))
    assert ended.code == -signal.SIGKILL, ended.said
    if step not in SWITCHED:
        company.serves_yesterday()
    company.heals()


def test_a_refresh_killed_before_its_end_is_on_record_has_published(company):
    ended = company.refresh(strike=night.when_all_is_done(night.KILL))
    assert ended.code == -signal.SIGKILL, ended.said
    assert company.served() != company.served_before
    assert company.last()["status"] == runs.INTERRUPTED
    company.heals()


@pytest.mark.parametrize("number", range(KILLS))
def test_a_refresh_killed_at_any_moment_is_made_good_by_the_next(company, number):
    night.killed_at_random(company, number)
    company.heals()


@pytest.mark.parametrize("step", ["load", "build", "audit"])
@pytest.mark.parametrize(("number", "code"), STOPS.items())
def test_a_refresh_that_is_asked_to_stop_stops_says_so_and_lets_go(company, step, number, code):
    act = night.signalled(number) if step == "build" else night.signalled_in_a_query(number)
    ended = company.refresh(strike=night.in_the_middle(step, act))
    assert ended.code == code, ended.said
    assert ended.errors == []
    record = company.last()
    assert (record["status"], record["exit_code"]) == (runs.STOPPED, code)
    assert (record["steps"][-1]["name"], record["steps"][-1]["status"]) == (step, runs.STOPPED)
    assert record["error"] is None
    company.serves_yesterday()
    company.heals()
