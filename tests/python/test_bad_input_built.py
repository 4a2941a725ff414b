"""Hostile text on its way through every step: stored as it is, counted once, and harmless."""

import csv
from pathlib import Path

import duckdb
import pytest

from handoff.cli import main
from handoff.home import Home

AS_OF = "2026-03-01"
HOSTILE = [
    "=cmd | ' /C calc'!A0",
    "+1",
    "-1",
    "@x",
    "\tTab",
    "a\rb",
    "\uff1dfull width",
    "<img src=x onerror=alert(1)>",
    "</script><script>alert(1)</script>",
    "{{ 7*7 }}{% raise %}",
    "'; drop table leads; --",
    "../../etc/passwd",
    "%s%n",
    "\U0001f600",
    "\u202ertl",
    "\x1b[31mred",
]
EMAILS = {
    "no_at": ("jane.example.com", False),
    "two_at": ("jane@doe@example.com", False),
    "plus": ("Jane+News@Example.com", True),
    "quoted": ('"jane doe"@example.com', False),
    "alphabet": ("jane@bücher.example", True),
    "point": ("jane@example.com.", False),
    "long": ("a" * 500 + "@example.com", False),
    "role": ("info@example.com", True),
    "list": ("jane@example.com,joe@example.com", False),
}
# utm_source, utm_medium -> channel
TAGS = {
    "plain": ("google", "cpc", "paid_search"),
    "other_case": ("Google", " CPC ", "paid_search"),
    "encoded": ("google%2520ads", "", "unmapped"),
    "not_set": ("(not set)", "(not set)", "unmapped"),
    "unknown": ("nowhere", "smoke signal", "unmapped"),
    "long": ("x" * 2_000, "", "unmapped"),
}
TYPES = {"demo_request": 1, "Demo_Request": 1, "never heard of": 2, "<b>bold</b>": 1}


def _write(path: Path, rows: list[dict]) -> None:
    columns = sorted({column for row in rows for column in row})
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="")
        writer.writeheader()
        writer.writerows(rows)


def _leads() -> list[dict]:
    version = {"created_at": "2026-01-01", "updated_at": "2026-01-01"}
    rows = [
        {"lead_id": f"hostile-{at}", "full_name": text, "utm_campaign": text, "country": text}
        for at, text in enumerate(HOSTILE)
    ]
    rows += [{"lead_id": f"mail-{name}", "email": text} for name, (text, _) in EMAILS.items()]
    rows += [
        {"lead_id": f"tag-{name}", "utm_source": source, "utm_medium": medium}
        for name, (source, medium, _) in TAGS.items()
    ]
    rows += [
        {"lead_id": "no-source"},
        {"lead_id": "two-sources", "utm_medium": "cpc", "lead_source": "Customer Referral"},
        {"lead_id": "moved", "lead_source": "referral"},
    ]
    later = {"lead_id": "moved", "lead_source": "outbound", "updated_at": "2026-02-01"}
    return [version | row for row in [*rows, later]]


def _events() -> list[dict]:
    kinds = [kind for kind, times in TYPES.items() for _ in range(times)]
    return [
        {
            "event_id": f"e{at}",
            "event_type": kind,
            "lead_id": "no-source",
            "occurred_at": "2026-02-01",
        }
        for at, kind in enumerate(kinds)
    ]


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Home:
    """One refresh of it all: it publishes only if every claim and audit holds."""
    folder = tmp_path_factory.mktemp("bad input")
    (folder / "landing").mkdir()
    _write(folder / "landing" / "leads.csv", _leads())
    _write(folder / "landing" / "events.csv", _events())
    arguments = ["refresh", "--landing", str(folder / "landing"), "--as-of", AS_OF]
    assert main([*arguments, "--home", str(folder / "home")]) == 0
    return Home.at(folder / "home")


def _ask(home: Home, query: str) -> list[tuple]:
    with duckdb.connect(str(home.work_db), read_only=True) as connection:
        return connection.execute(query).fetchall()


@pytest.mark.bad_input("B19")
def test_b19_an_address_that_is_none_is_flagged_kept_and_no_lead_is_joined_by_one(home):
    found = _ask(
        home,
        "select lead_id, email, is_valid_email from staging.stg_leads where lead_id like 'mail-%'",
    )
    assert {lead: (text, valid) for lead, text, valid in found} == {
        f"mail-{name}": expected for name, expected in EMAILS.items()
    }
    leads = _ask(home, "select count(*) from marts.dim_leads where lead_id like 'mail-%'")
    assert leads == [(len(EMAILS),)]


@pytest.mark.bad_input("B20", "B21")
def test_b20_b21_hostile_text_is_stored_as_it_is_from_file_to_mart(home):
    found = _ask(home, "select lead_id, full_name from raw.leads where lead_id like 'hostile-%'")
    assert dict(found) == {f"hostile-{at}": text for at, text in enumerate(HOSTILE)}
    kept = _ask(home, "select lead_id, country from marts.dim_leads where lead_id like 'hostile-%'")
    assert dict(kept) == dict(found)
    assert _ask(home, "select count(*) > 0 from raw.leads") == [(True,)]


@pytest.mark.bad_input("B20")
def test_b20_nothing_writes_what_a_spreadsheet_could_open(home):
    """There is no export; if one comes, it has to neutralise formulas and be named here."""
    suffixes = {path.suffix for path in home.path.rglob("*") if path.is_file()}
    assert suffixes.isdisjoint({".csv", ".tsv", ".xlsx", ".xls"} - _seeds(home))
    assert "=cmd" not in "".join(path.read_text() for path in home.runs.rglob("*.json"))


def _seeds(home: Home) -> set[str]:
    """Dbt keeps the definition's own files beside what it compiled; they hold no data."""
    tables = [path for path in home.path.rglob("*.csv") if "hostile-" in path.read_text()]
    assert tables == []
    return {".csv"}


@pytest.mark.bad_input("B21")
def test_b21_no_page_or_record_of_the_run_holds_a_value_and_nothing_was_written_elsewhere(home):
    (run,) = home.runs.iterdir()
    page = (run / "checks.html").read_text()
    assert "onerror" not in page
    assert "<script" not in page
    assert not any("passwd" in path.name for path in home.path.parent.rglob("*"))


@pytest.mark.bad_input("B22")
def test_b22_tags_nobody_explained_are_counted_as_unmapped_and_no_lead_is_lost(home):
    found = dict(
        _ask(home, "select lead_id, channel from marts.dim_leads where lead_id like 'tag-%'")
    )
    assert found == {f"tag-{name}": channel for name, (*_, channel) in TAGS.items()}
    unmapped = _ask(
        home,
        "select leads from marts.mart_lead_source_quality"
        " where level = 'channel' and channel = 'unmapped'",
    )
    assert unmapped == _ask(home, "select count(*) from marts.dim_leads where channel = 'unmapped'")


@pytest.mark.bad_input("B23")
def test_b23_no_source_two_sources_and_a_source_that_changed_are_one_lead_each(home):
    names = "'no-source', 'two-sources', 'moved'"
    found = dict(
        _ask(home, f"select lead_id, channel from marts.dim_leads where lead_id in ({names})")
    )
    assert found == {"no-source": "direct", "two-sources": "paid_search", "moved": "referral"}
    totals = _ask(
        home, "select level, sum(leads) from marts.mart_lead_source_quality group by level"
    )
    leads = len(HOSTILE) + len(EMAILS) + len(TAGS) + 3
    assert {total for _, total in totals} == {leads}


@pytest.mark.bad_input("B24")
def test_b24_an_event_of_a_type_nobody_knows_is_kept_worth_nothing_and_listed(home):
    query = (
        "select found, occurrences from marts.mart_input_gaps where gap = 'event_type_in_no_rule'"
    )
    listed = dict(_ask(home, query))
    known = dict(
        _ask(home, "select event_type, count(*) from intermediate.int_events group by event_type")
    )
    assert sum(known.values()) == sum(TYPES.values())
    assert listed["never heard of"] == 2
    assert listed["<b>bold</b>"] == 1
    assert "demo_request" not in listed
    scored = _ask(home, "select distinct event_type from intermediate.int_scorable_events")
    assert scored
