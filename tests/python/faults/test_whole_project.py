"""The real models and the demo company: what is struck there heals to the last row of every mart.

By default one night on which all goes wrong; `HANDOFF_ALL_FAULTS=1` strikes at every step, and at
more moments, each on its own.
"""

import os
import signal

import pytest

import night

ALL = bool(os.environ.get("HANDOFF_ALL_FAULTS"))


@pytest.fixture(scope="module")
def real(tmp_path_factory):
    return night.whole(tmp_path_factory.mktemp("whole"))


def test_a_night_on_which_all_goes_wrong_ends_with_the_marts_of_an_undisturbed_one(real):
    """One refresh after the other is struck, on top of what the one before has left."""
    company = real.as_yesterday()
    strikes = [
        night.in_the_middle("load", night.KILL),
        night.in_the_middle("build", night.KILL),
        night.Strike("handoff.dbt_log:DbtLog.hear", 400, night.signalled(signal.SIGTERM)),
        night.in_the_middle("audit", night.KILL),
    ]
    with night.reader(company) as ask:
        before = ask()
        for strike in strikes:
            ended = company.refresh(strike=strike)
            assert ended.code in (-signal.SIGKILL, 143), ended.said
            company.serves_yesterday()
        company.heals()
        assert ask() == before


@pytest.mark.skipif(not ALL, reason="HANDOFF_ALL_FAULTS=1 strikes the whole project everywhere")
@pytest.mark.parametrize("step", night.STEPS)
def test_the_whole_project_killed_at_work_is_made_good_by_the_next(real, step):
    company = real.as_yesterday()
    ended = company.refresh(strike=night.in_the_middle(step, night.KILL))
    assert ended.code == -signal.SIGKILL, ended.said
    company.heals()


@pytest.mark.skipif(not ALL, reason="HANDOFF_ALL_FAULTS=1 kills the whole project at more moments")
@pytest.mark.parametrize("number", range(10))
def test_the_whole_project_killed_at_any_moment_is_made_good_by_the_next(real, number):
    company = real.as_yesterday()
    night.killed_at_random(company, number)
    company.heals()
