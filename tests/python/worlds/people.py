"""A few leads and what can go wrong with them: late, anonymous, twice, deleted, contradictory."""

import json
from collections.abc import Callable

from hypothesis import strategies as st

from worlds.vocabulary import (
    EVENT_TYPES,
    OPENED,
    REPORTED_MQL,
    SENT,
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


OWN = st.tuples(st.sampled_from(LEADS), st.none())
ANONYMOUS = st.tuples(st.none(), st.sampled_from(DEVICES))
IDENTIFIED = st.tuples(st.sampled_from([*LEADS, MISSING]), st.sampled_from(DEVICES))
WHO = st.one_of(OWN, OWN, OWN, ANONYMOUS, ANONYMOUS, ANONYMOUS, IDENTIFIED)
EVENT_IDS = st.integers(0, 60).map(lambda number: f"e{number}")
CHANGE_IDS = st.integers(0, 30).map(lambda number: f"c{number}")
STATUS_TEXTS = spelled(*STATUS_STAGES, *STATUS_OUTCOMES, *STATUS_OUTCOMES, REPORTED_MQL, UNMAPPED)
PROPERTIES = document(
    asset=st.one_of(spelled("ebook", "case study"), st.sampled_from([1, None, True, "  ", "x|y"])),
    session=spelled("s1", "s2"),
    plan=st.just({"type": "pro"}),
    value=st.just(5),
    **{"plan.type": spelled("pro", "free")},
)
EVENTS = st.fixed_dictionaries(
    {
        "event_id": EVENT_IDS,
        "occurred_at": moments(),
        "event_type": st.sampled_from([*EVENT_TYPES, "visit", " visit ", "visit", "demo"]),
        "who": WHO,
        "page_url": often_blank(st.sampled_from(["/p", "/q"])),
        "utm_source": often_blank(spelled("news", "a_b", "axb")),
        "value": often_blank(decimals("0", "5", "5.5", "-1", "250")),
        "properties": PROPERTIES,
    }
).map(lambda row: {**row, "lead_id": row["who"][0], "anonymous_id": row["who"][1]})
# Two ids are none; `1` and 1 are one id, as a text and as a number.
EMAIL_IDS = st.sampled_from([*("m1", "m2", "m3", "M3", "1", 1) * 2, None, " "])
EMAIL_EVENT_IDS = st.integers(0, 120).map(lambda number: f"m{number}")
VERSION_COLUMNS = {
    "job_title": often_blank(spelled("vp of ops", "intern", "up 100%_ so", "up 1000xx so")),
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
        "change_id": CHANGE_IDS,
        "lead_id": st.sampled_from([*LEADS, MISSING]),
        "changed_at": moments(),
        "status": STATUS_TEXTS,
    }
)


@st.composite
def lead_versions(draw: Callable, lead_id: str) -> list[dict]:
    """The versions of one lead; its creation may be told differently by some of them."""
    created_at = draw(moments(14))
    rows = []
    for _ in range(draw(st.integers(1, 4))):
        told = created_at if draw(st.integers(0, 5)) else draw(moments(8))
        updated_at = draw(st.one_of(st.none(), moments(8), moments()))
        row = draw(st.fixed_dictionaries(VERSION_COLUMNS))
        rows.append({"lead_id": lead_id, "created_at": told, "updated_at": updated_at, **row})
    return rows


@st.composite
def opportunities(draw: Callable) -> dict:
    """An opportunity, most often of one lead: open, won, lost, or closed without saying how."""
    closed_at = draw(often_blank(moments()))
    return {
        "opportunity_id": draw(st.sampled_from(["o1", "o2", "o3"])),
        "lead_id": draw(st.sampled_from([LEADS[0], LEADS[0], LEADS[1]])),
        "created_at": draw(moments(20)),
        "amount": draw(often_blank(decimals("100", "99.5"))),
        "closed_at": closed_at,
        "is_won": draw(st.sampled_from([True, False, False, None])) if closed_at else None,
    }


@st.composite
def twins(draw: Callable, rows: list[dict], **others: st.SearchStrategy) -> list[dict]:
    """Some of the rows again at the same instant, in other columns unlike."""
    places = st.lists(st.integers(0, len(rows) - 1), max_size=5, unique=True)
    return [{**rows[place], **draw(st.fixed_dictionaries(others))} for place in draw(places)]


@st.composite
def emails(draw: Callable, lead_id: str) -> list[dict]:
    """E-mails to one lead: most opened, some sent or opened twice, some to an inbox known late."""
    inbox = f"inbox {lead_id}"
    who = st.sampled_from([(lead_id, None), (lead_id, None), (None, inbox)])
    acts = [("form", None, (lead_id, inbox))] if draw(st.booleans()) else []
    for email_id in draw(st.lists(EMAIL_IDS, min_size=4, max_size=8)):
        sends = [SENT] * draw(st.sampled_from([1, 1, 2]))
        opens = [OPENED] * draw(st.sampled_from([0, 1, 1, 1, 2]))
        acts += [(event_type, email_id, draw(who)) for event_type in sends + opens]
    return [
        {
            "event_id": draw(EMAIL_EVENT_IDS),
            "occurred_at": draw(moments()),
            "event_type": event_type,
            "lead_id": whose,
            "anonymous_id": device,
            "properties": json.dumps({} if email_id is None else {"email_id": email_id}),
        }
        for event_type, email_id, (whose, device) in acts
    ]


@st.composite
def people(draw: Callable) -> Tables:
    """The rows of a few leads, in every table, before anyone has loaded them."""
    arrived = LEADS[: draw(st.integers(2, 3))]
    events = draw(st.lists(EVENTS, min_size=14, max_size=34))
    events += draw(twins(events, event_id=EVENT_IDS, lead_id=st.sampled_from(LEADS)))
    events = [{key: row[key] for key in row if key != "who"} for row in events]
    changes = draw(st.lists(STATUSES, min_size=3, max_size=10))
    changes += draw(twins(changes, change_id=CHANGE_IDS, status=STATUS_TEXTS))
    return {
        "leads": [row for lead_id in arrived for row in draw(lead_versions(lead_id))],
        "stage_changes": changes,
        "opportunities": draw(st.lists(opportunities(), min_size=1, max_size=6)),
        "accounts": draw(st.lists(ACCOUNTS, max_size=4)),
        "events": events + [row for lead_id in arrived for row in draw(emails(lead_id))],
    }
