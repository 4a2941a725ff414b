"""The two hard signals of published practice, by the shipped agreement and the commands people run.

Five marketing e-mails opened in a row by a contact of a large target account, and a click through
to a case study; three distinct booth sessions and a request to be called. Every case is a lead of
its own, all of them in one build.
"""

import csv
import json
import random
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from handoff.home import PROJECT_DIR
from reference.identity import KnownEvent
from reference.signals import email_open_streaks
from warehouse import Warehouse
from worlds.files import write_rows

START = datetime.fromisoformat("2026-03-02 09:00:00")
AS_OF = datetime.fromisoformat("2026-04-01")
ACCOUNTS = [
    {"company_domain": "large.example", "is_target_account": "true", "employee_count": "1001"},
    {"company_domain": "thousand.example", "is_target_account": "true", "employee_count": "1000"},
    {"company_domain": "other.example", "is_target_account": "false", "employee_count": "5000"},
]
CLICK, ASKED = 20, 5


def at(day: float) -> datetime:
    """The moment so many days after the start."""
    return START + timedelta(days=day)


def act(lead_id: str, day: float, event_type: str, **properties: str) -> dict:
    """An event of a lead; the same act always has the same id."""
    name = "-".join([lead_id, event_type, f"{day:g}", *properties.values()])
    row = {"event_id": name, "occurred_at": at(day), "event_type": event_type, "lead_id": lead_id}
    return {**row, "properties": json.dumps(properties)}


def mails(lead_id: str, opened: str) -> list[dict]:
    """One e-mail a day, `o` opened an hour later and `-` not."""
    rows = []
    for day, fate in enumerate(opened):
        rows.append(act(lead_id, day, "email_sent", email_id=f"m{day}"))
        if fate == "o":
            rows.append(act(lead_id, day + 1 / 24, "email_opened", email_id=f"m{day}"))
    return rows


def late_mails(lead_id: str, chance: random.Random) -> list[dict]:
    """Up to seventy e-mails an hour apart, most of them opened, some days later."""
    rows = []
    for number in range(chance.randint(1, 70)):
        hour, email_id = number, f"m{number}"
        rows.append(act(lead_id, hour / 24, "email_sent", email_id=email_id))
        if chance.random() < 0.95:
            hour += chance.choice((0.5, 0.5, 1, 15, 100))
            rows.append(act(lead_id, hour / 24, "email_opened", email_id=email_id))
    return rows


def click(lead_id: str, day: float = CLICK, asset: str = "case_study") -> dict:
    """A click through."""
    return act(lead_id, day, "email_clicked", email_id="m0", asset_type=asset)


def scans(lead_id: str, *sessions: str) -> list[dict]:
    """One booth scan a day."""
    return [
        act(lead_id, day, "badge_scan", session_id=session, show_id="show")
        for day, session in enumerate(sessions)
    ]


def asked(lead_id: str) -> dict:
    """A request to be called."""
    return act(lead_id, ASKED, "follow_up_request", show_id="show")


VP = {"job_title": "VP Operations", "company_domain": "large.example"}
# Lead -> who it is where it differs from a vice president at a large target account.
LEADS = {
    **{lead_id: {} for lead_id in ("five", "six", "late", "broken", "four", "no click", "ebook")},
    "thousand": {"company_domain": "thousand.example"},
    "no target": {"company_domain": "other.example"},
    "below the bar": {"job_title": "Student"},
    **{lead_id: {} for lead_id in ("show", "show again", "one session", "two sessions")},
    "not asked": {},
    "show below the bar": {"job_title": "Student", "company_domain": ""},
}
WEB = [
    *[*mails("five", "ooooo"), click("five")],
    *[*mails("six", "oooooooo"), click("six"), click("six", CLICK + 1)],
    *[*mails("late", "ooooo"), click("late", 2)],
    *[*mails("broken", "oo-ooo"), click("broken")],
    *[*mails("four", "oooo"), click("four")],
    *mails("no click", "ooooo"),
    *[*mails("ebook", "ooooo"), click("ebook", asset="ebook")],
    *[*mails("thousand", "ooooo"), click("thousand")],
    *[*mails("no target", "ooooo"), click("no target")],
    *[*mails("below the bar", "ooooo"), click("below the bar")],
    *[*scans("show", "a", "b", "c"), asked("show")],
    *[*scans("one session", "a", "a", "a"), asked("one session")],
    *[*scans("two sessions", "a", "b", "b"), asked("two sessions")],
    *scans("not asked", "a", "b", "c"),
    *[*scans("show below the bar", "a", "b", "c"), asked("show below the bar")],
]
CHANCE = random.Random(20260302)
LATE = {f"long {number}": late_mails(f"long {number}", CHANCE) for number in range(60)}
IMPORT = [
    *[*scans("show again", "a", "b", "c"), asked("show again")],
    act("show again", ASKED, "mql_import", list_id="list"),
]


def write_landing(landing: Path) -> None:
    """Write everything; the import lies there three times, once row by row in another order."""
    born = {"created_at": at(-1), "updated_at": at(-1)}
    leads = [{"lead_id": lead_id, **born, **VP, **who} for lead_id, who in LEADS.items()]
    leads += [{"lead_id": lead_id, **born, "job_title": "Student"} for lead_id in LATE]
    web = [*WEB, *(row for rows in LATE.values() for row in rows)]
    for table, rows in (("leads", leads), ("accounts", ACCOUNTS), ("events/web", web)):
        write_rows(landing / f"{table}.csv", list(rows[0]), rows)
    write_rows(landing / "events" / "import.csv", list(IMPORT[0]), IMPORT)
    same = (landing / "events" / "import.csv").read_bytes()
    (landing / "events" / "import (1).csv").write_bytes(same)
    write_rows(landing / "events" / "corrected.csv", sorted(IMPORT[0]), IMPORT[::-1])


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    found = Warehouse(tmp_path_factory.mktemp("signals"), None)
    write_landing(found.folder / "landing")
    found.load()
    found.build(AS_OF)
    return found


@pytest.fixture(scope="module")
def mqls(warehouse: Warehouse) -> dict[str, list[tuple]]:
    """Lead -> (criterion, moment) of each time it became an MQL."""
    found: dict[str, list[tuple]] = {lead_id: [] for lead_id in LEADS}
    for row in warehouse.rows("fct_lead_stages"):
        if row["stage"] == "mql":
            found[row["lead_id"]].append((row["criterion_id"], row["observed_at"]))
    return found


def test_five_opens_in_a_row_and_a_click_to_a_case_study_are_an_mql_at_once_and_exactly_once(mqls):
    assert mqls["five"] == [("open_streak", at(CLICK))]
    assert mqls["six"] == [("open_streak", at(CLICK))]


def test_the_fifth_open_may_come_after_the_click(mqls):
    assert mqls["late"] == [("open_streak", at(4 + 1 / 24))]


@pytest.mark.parametrize(
    "lead_id",
    ["broken", "four", "no click", "ebook", "thousand", "no target", "below the bar"],
)
def test_an_open_streak_short_of_anything_it_asks_for_is_no_mql(mqls, lead_id):
    assert mqls[lead_id] == []


def test_the_streak_that_broke_is_counted_as_two_runs(warehouse):
    values = [
        int(row["value"])
        for row in warehouse.rows("int_scorable_events")
        if row["lead_id"] == "broken" and row["event_type"] == "email_open_streak"
    ]
    assert sorted(values) == [1, 1, 2, 2, 3]


def test_three_sessions_and_a_request_are_an_mql_at_the_request(mqls):
    assert mqls["show"] == [("show_import", at(ASKED))]


def test_the_same_import_twice_is_one_mql_and_every_act_of_it_is_credited_once(mqls, warehouse):
    assert mqls["show again"] == mqls["show"]
    credited = {
        lead_id: sorted(
            (row["rule_id"], row["points"], row["entry_at"])
            for row in warehouse.rows("fct_score_ledger")
            if (row["lead_id"], row["definition_id"]) == (lead_id, "two_axis")
            and row["entry_kind"] == "credit"
        )
        for lead_id in ("show", "show again")
    }
    assert credited["show again"] == credited["show"]
    assert len([row for row in warehouse.rows("events") if row["lead_id"] == "show again"]) == 10


@pytest.mark.parametrize("lead_id", ["one session", "two sessions", "not asked"])
def test_scans_short_of_three_sessions_or_of_a_request_are_no_mql(mqls, lead_id):
    assert mqls[lead_id] == []


def test_below_the_fit_bar_no_signal_makes_an_mql(mqls):
    assert mqls["show below the bar"] == []


def test_the_shipped_agreement_asks_for_what_these_cases_give():
    with (PROJECT_DIR / "seeds" / "definition" / "stage_criteria.csv").open() as file:
        criteria = {row["criterion_id"]: row for row in csv.DictReader(file)}
    assert set(criteria["show_import"]["required_rules"].split("&")) == {
        "three_booth_sessions",
        "follow_up_request",
    }
    assert len(criteria["open_streak"]["required_rules"].split("&")) == 4


def test_e_mails_opened_in_any_order_run_as_far_as_all_stood_opened(warehouse: Warehouse):
    expected = {
        one.event_id: int(one.row["value"])
        for lead_id, rows in LATE.items()
        for one in email_open_streaks(
            [
                KnownEvent(row["event_id"], lead_id, row["occurred_at"], row["occurred_at"], row)
                for row in rows
            ]
        )
    }
    found = {
        row["event_id"]: int(row["value"])
        for row in warehouse.rows("int_email_open_streaks")
        if row["event_id"] in expected
    }
    assert found == expected
    assert max(expected.values()) > 32  # further than a few halves reach
