"""Leads with a past: many reports and opportunities, at few instants, told in no order.

Events are few and plain: what is hard here is not who qualifies, but what came before what.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from hypothesis import strategies as st

from worlds.people import LEADS, STATUS_TEXTS, Tables, lead_versions, spelled, twins
from worlds.vocabulary import START, STATUS_OUTCOMES, often_blank

CHANGE_IDS = st.integers(0, 60).map(lambda number: f"c{number}")
EVENT_IDS = st.integers(0, 60).map(lambda number: f"e{number}")
OPPORTUNITY_IDS = st.sampled_from(["o1", "o2", "o3", "o4"])
# What ends a cycle is reported as often as all else together: leads go round and round.
REPORTS = st.one_of(STATUS_TEXTS, spelled(*STATUS_OUTCOMES))
# At once, nearly at once, or soon after.
DELAYS = [timedelta(0)] * 4 + [timedelta(seconds=1), timedelta(hours=12), timedelta(days=3)]


def instants(days: list[int]) -> st.SearchStrategy[datetime]:
    """The few moments of a history: so few that what happens, happens at once."""
    moments = st.tuples(st.sampled_from(days), st.sampled_from(DELAYS))
    return moments.map(lambda moment: START + timedelta(days=moment[0]) + moment[1])


def status_changes(when: st.SearchStrategy[datetime]) -> st.SearchStrategy[dict]:
    """A status of one of the leads, mapped to a stage, to an outcome or to nothing."""
    return st.fixed_dictionaries(
        {
            "change_id": CHANGE_IDS,
            "lead_id": st.sampled_from([LEADS[0], *LEADS]),
            "changed_at": when,
            "status": REPORTS,
        }
    )


def deals(when: st.SearchStrategy[datetime]) -> st.SearchStrategy[dict]:
    """An opportunity: won, lost, open, or closed without saying how; at times before it began."""
    return st.fixed_dictionaries(
        {
            "opportunity_id": OPPORTUNITY_IDS,
            "lead_id": st.sampled_from([LEADS[0], LEADS[0], LEADS[1]]),
            "created_at": when,
            "closed_at": st.one_of(when, often_blank(when)),
            "is_won": st.sampled_from([True, False, False, False, None]),
        }
    ).map(lambda deal: deal if deal["closed_at"] else {**deal, "is_won": None})


def acts(when: st.SearchStrategy[datetime]) -> st.SearchStrategy[dict]:
    """A plain act of a known lead: it may qualify, and qualify again in a later cycle."""
    return st.fixed_dictionaries(
        {
            "event_id": EVENT_IDS,
            "occurred_at": when,
            "event_type": st.sampled_from(["visit", "visit", "demo", "demo", "use"]),
            "lead_id": st.sampled_from([LEADS[0], *LEADS]),
            "anonymous_id": st.none(),
        }
    )


@st.composite
def histories(draw: Callable) -> Tables:
    """The rows of a few leads that have been worked for a while, before anyone has loaded them."""
    arrived = LEADS[: draw(st.integers(2, 3))]
    when = instants(draw(st.lists(st.integers(0, 21), min_size=3, max_size=6, unique=True)))
    changes = draw(st.lists(status_changes(when), min_size=10, max_size=25))
    changes += draw(twins(changes, change_id=CHANGE_IDS, status=REPORTS))
    return {
        "leads": [row for lead_id in arrived for row in draw(lead_versions(lead_id))],
        "events": draw(st.lists(acts(when), min_size=8, max_size=20)),
        "stage_changes": changes,
        "opportunities": draw(st.lists(deals(when), min_size=2, max_size=8)),
        "accounts": [],
    }
