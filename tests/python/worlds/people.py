"""A few leads and what can go wrong with them: late, anonymous, twice, deleted, contradictory."""

import json
from collections.abc import Callable

from hypothesis import strategies as st

from worlds.vocabulary import (
    EVENT_TYPES,
    REPORTED_MQL,
    STATUS_OUTCOMES,
    STATUS_STAGES,
    UNMAPPED,
    decimals,
    moments,
    often_blank,
)

Tables = dict[str, list[dict]]

# Ids that sort otherwise as numbers, in another case, or by length; one never arrives.
LEADS = ("2", "10", "a")
MISSING = "never"
DEVICES = ("dev", "Dev", "tab")
DOMAINS = ("acme.com", "Acme.com ", "b.io")


def spelled(*texts: str) -> st.SearchStrategy[str]:
    """One of the texts, some in capitals or with spaces around it."""
    return st.sampled_from([form for text in texts for form in (text, text.upper(), f" {text} ")])


def document(**keys: st.SearchStrategy) -> st.SearchStrategy[str | None]:
    """A JSON object of some of the keys, or none."""
    objects = st.fixed_dictionaries({}, optional=keys)
    return objects.map(lambda found: json.dumps(found) if found else None)


WHO = st.one_of(
    st.tuples(st.sampled_from(LEADS), st.none()),
    st.tuples(st.none(), st.sampled_from(DEVICES)),
    st.tuples(st.sampled_from([*LEADS, MISSING]), st.sampled_from(DEVICES)),
)
PROPERTIES = document(
    asset=st.one_of(spelled("ebook", "case study"), st.sampled_from([1, None, True, "  ", "x|y"])),
    session=spelled("s1", "s2"),
    plan=st.just({"type": "pro"}),
    value=st.just(5),
    **{"plan.type": spelled("pro", "free")},
)
EVENTS = st.fixed_dictionaries(
    {
        "event_id": st.integers(0, 60).map(lambda number: f"e{number}"),
        "occurred_at": moments(),
        "event_type": st.sampled_from([*EVENT_TYPES, "visit", " visit ", "visit", "demo"]),
        "who": WHO,
        "page_url": often_blank(st.sampled_from(["/p", "/q"])),
        "utm_source": often_blank(spelled("news", "a_b")),
        "value": often_blank(decimals("0", "5", "5.5", "-1", "250")),
        "properties": PROPERTIES,
    }
).map(lambda row: {**row, "lead_id": row["who"][0], "anonymous_id": row["who"][1]})
VERSION_COLUMNS = {
    "job_title": often_blank(spelled("vp of ops", "intern", "up 100%_ so")),
    "company_domain": often_blank(st.sampled_from(DOMAINS)),
    "industry": often_blank(spelled("software", "retail", "null")),
    "employee_count": often_blank(st.sampled_from([0, 250, 1000])),
    "annual_revenue": often_blank(decimals("0.5", "1000", "250.25")),
    "is_deleted": st.sampled_from([None, None, None, None, False, False, True]),
    "attributes": document(
        tier=st.sampled_from(["1", 1, True, None, "X", " x"]),
        **{"team size": st.sampled_from([5, 12, "12", "many"])},
    ),
}
ACCOUNTS = st.fixed_dictionaries(
    {
        "company_domain": st.sampled_from(DOMAINS),
        "updated_at": often_blank(moments()),
        "is_target_account": st.sampled_from([None, True, False]),
        "account_tier": often_blank(spelled("1", "two")),
        "employee_count": often_blank(st.sampled_from([250, 1000])),
    }
)
STATUSES = st.fixed_dictionaries(
    {
        "change_id": st.integers(0, 12).map(lambda number: f"c{number}"),
        "lead_id": st.sampled_from([*LEADS, MISSING]),
        "changed_at": moments(),
        "status": spelled(
            *STATUS_STAGES, *STATUS_OUTCOMES, *STATUS_OUTCOMES, REPORTED_MQL, UNMAPPED
        ),
    }
)


@st.composite
def lead_versions(draw: Callable) -> list[dict]:
    """The versions of one lead; its creation may be told differently by some of them."""
    lead_id, created_at = draw(st.sampled_from(LEADS)), draw(moments(8))
    rows = []
    for _ in range(draw(st.integers(1, 4))):
        told = created_at if draw(st.integers(0, 5)) else draw(moments(8))
        row = draw(st.fixed_dictionaries(VERSION_COLUMNS))
        rows.append(
            {
                "lead_id": lead_id,
                "created_at": told,
                "updated_at": draw(st.one_of(st.none(), moments(), moments())),
                **row,
            }
        )
    return rows


@st.composite
def opportunities(draw: Callable) -> dict:
    """An opportunity: open, won, lost, or closed without saying how."""
    closed_at = draw(often_blank(moments()))
    return {
        "opportunity_id": draw(st.sampled_from(["o1", "o2", "o3"])),
        "lead_id": draw(st.sampled_from(LEADS[:2])),
        "created_at": draw(moments()),
        "amount": draw(often_blank(decimals("100", "99.5"))),
        "closed_at": closed_at,
        "is_won": draw(st.sampled_from([True, False, False, None])) if closed_at else None,
    }


@st.composite
def people(draw: Callable) -> Tables:
    """The rows of a few leads, in every table, before anyone has loaded them."""
    versions = draw(st.lists(lead_versions(), min_size=2, max_size=5))
    events = draw(st.lists(EVENTS, min_size=15, max_size=40))
    return {
        "leads": [row for rows in versions for row in rows],
        "events": [{key: row[key] for key in row if key != "who"} for row in events],
        "stage_changes": draw(st.lists(STATUSES, min_size=2, max_size=10)),
        "opportunities": draw(st.lists(opportunities(), max_size=4)),
        "accounts": draw(st.lists(ACCOUNTS, max_size=4)),
    }
