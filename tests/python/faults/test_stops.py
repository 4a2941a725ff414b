"""Whatever stops a refresh, and wherever: what is served stays, and the next plain one heals it.

`HANDOFF_ALL_FAULTS=1` stops the refresh of the whole project at every place too, and kills it at
more moments; without it that is done where the small project cannot tell. How each single change of
the disk may be the last is proved in test_versions.py.
"""

import os
import random
import signal
import time

import pytest

import night
from handoff import runs

ALL = bool(os.environ.get("HANDOFF_ALL_FAULTS"))
SEED = 20260701
KILLS = 25 if ALL else 3
KILL = night.signalled(signal.SIGKILL)
STOPS = {signal.SIGTERM: 143, signal.SIGINT: 130}
# Before this step begins the old version is what is served.
SWITCHED = ("summary",)


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    return night.small(tmp_path_factory.mktemp("small"))


@pytest.fixture
def company(small):
    return small.as_yesterday()


@pytest.mark.parametrize("step", night.STEPS)
def test_a_refresh_killed_before_a_step_is_made_good_by_the_next(company, step):
    ended = company.refresh(strike=night.when_it_begins(step, KILL))
    assert ended.code == -signal.SIGKILL, ended.said
    if step not in SWITCHED:
        company.serves_yesterday()
    assert company.last()["status"] == runs.INTERRUPTED
    company.heals()
