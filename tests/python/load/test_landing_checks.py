"""The border files -> raw: what arrives passes its suite, or nothing of the load lands."""

import json
from datetime import UTC, datetime, timedelta

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from handoff.checking import FAILED
from handoff.cli import main
from handoff.expectations import LANDING_SUITES, SuiteError, read_landing
from handoff.load import land_folder
from handoff.load.contract import TABLES
from handoff.settings import Settings, read_settings

EVENTS = "event_id,occurred_at,event_type,lead_id\n"
SPEND = "spend_date,platform,campaign,spend,impressions,clicks\n"


def events(rows, *, start=0, day=None):
    day = day or f"{datetime.now(UTC) - timedelta(days=1):%Y-%m-%d}"
    return EVENTS + "".join(f"e{start + at},{day},view,L1\n" for at in range(rows))


def load(yard, *accepted, **asked):
    return land_folder(yard.folder, yard.home, accepted=accepted, **asked)


def daily(yard, days, rows=200):
    """Load that many days, each with a file of its own."""
    for at in range(days):
        yard.put(f"events/day-{at}.csv", events(rows, start=at * rows))
        assert load(yard).error() is None


def event_count(yard):
    return yard.ask("select count(*) from raw.events")[0][0]


def failed(result):
    return {(one.suite, *one.columns) for one in result.findings if one.result == FAILED}


def suites(tmp_path, **tables):
    """Copy the shipped suites, some of them replaced."""
    folder = tmp_path / "suites"
    folder.mkdir()
    for table in TABLES:
        text = tables.get(table, (LANDING_SUITES / f"{table}.yml").read_text())
        if text is not None:
            (folder / f"{table}.yml").write_text(text)
    return folder


def test_a_first_load_has_nothing_to_be_compared_with_and_is_checked_all_the_same(yard_with_leads):
    yard_with_leads.put("events.csv", events(500))
    result = load(yard_with_leads)
    assert result.error() is None
    by_result = {one.result for one in result.findings if one.suite == "events"}
    assert by_result == {"passed", "not made"}


def test_a_load_without_news_checks_nothing(yard_with_leads):
    load(yard_with_leads)
    assert load(yard_with_leads).findings == []


def test_a_failing_critical_check_lands_nothing_of_the_load_and_ends_with_3(yard_with_leads):
    yard_with_leads.put("events.csv", events(5))
    yard_with_leads.put("ad_spend.csv", SPEND + "2026-01-01,google,brand,42000000,5,1\n")
    result = load(yard_with_leads)
    assert result.error().exit_code == 3
    assert "ad_spend.spend failed on 2 of 2 values" in str(result.error())
    assert "Nothing of this load was taken" in str(result.error())
    assert "42000000" not in str(result.error()) + str(result.error().details)
    for table in ("leads", "events", "ad_spend"):
        assert yard_with_leads.ask(f"select count(*) from raw.{table}") == [(0,)]
    assert {file.status for file in result.files} == {"refused"}


def test_what_was_held_back_lands_with_the_next_load_once_it_is_mended(yard_with_leads):
    yard_with_leads.put("ad_spend.csv", SPEND + "2026-01-01,google,brand,42000000,5,1\n")
    load(yard_with_leads)
    yard_with_leads.put("ad_spend.csv", SPEND + "2026-01-01,google,brand,42,5,1\n")
    assert load(yard_with_leads).error() is None
    assert yard_with_leads.ask("select spend from raw.ad_spend") == [(42,)]
    assert yard_with_leads.ask("select lead_id from raw.leads") == [("L1",)]


def test_what_landed_before_stays_when_a_later_load_is_stopped(yard_with_leads):
    yard_with_leads.put("events.csv", events(300))
    load(yard_with_leads)
    yard_with_leads.put("events.csv", events(10))
    yard_with_leads.put("leads/b.csv", "lead_id,created_at\nL2,2026-01-01\n")
    assert load(yard_with_leads).error() is not None
    assert event_count(yard_with_leads) == 300
    assert yard_with_leads.ask("select lead_id from raw.leads") == [("L1",)]


def test_a_warning_is_counted_and_lands(yard):
    yard.put("leads.csv", "lead_id,created_at,employee_count\nL1,2026-01-01,12000000\n")
    result = load(yard)
    assert result.error() is None
    assert failed(result) == {("leads", "employee_count")}
    assert result.counts()["warnings"] == 1
    assert yard.ask("select count(*) from raw.leads") == [(1,)]


@pytest.mark.parametrize("content", ["", EVENTS])
def test_a_file_emptied_since_it_was_last_delivered_is_stopped(yard_with_leads, content):
    yard_with_leads.put("events.csv", events(40))
    load(yard_with_leads)
    yard_with_leads.put("events.csv", content)
    result = load(yard_with_leads)
    assert "events: emptied_files is 1; expected at most 0" in str(result.error())
    assert "--accept events" in str(result.error())
    assert event_count(yard_with_leads) == 40
    assert load(yard_with_leads, "events").error() is None


@pytest.mark.parametrize(("rows", "share"), [(19, "0.095"), (10_100, "50.5")])
def test_a_file_far_from_what_it_was_is_stopped(yard_with_leads, rows, share):
    yard_with_leads.put("events.csv", events(200))
    load(yard_with_leads)
    yard_with_leads.put("events.csv", events(rows))
    assert f"events: share_of_before is {share}; expected at" in str(load(yard_with_leads).error())
    assert event_count(yard_with_leads) == 200


@pytest.mark.parametrize("rows", [20, 10_000])
def test_up_to_a_tenth_and_fifty_times_pass(yard_with_leads, rows):
    yard_with_leads.put("events.csv", events(200))
    load(yard_with_leads)
    yard_with_leads.put("events.csv", events(rows))
    assert load(yard_with_leads).error() is None


@pytest.mark.parametrize("rows", [19, 10_100])
def test_a_new_file_far_from_what_is_usual_is_stopped_once_three_loads_say_what_is(
    yard_with_leads, rows
):
    daily(yard_with_leads, 2)
    yard_with_leads.put("events/first.csv", events(rows, start=10_000))
    assert load(yard_with_leads).error() is None
    yard_with_leads.put("events/second.csv", events(rows, start=50_000))
    assert "events: share_of_usual is" in str(load(yard_with_leads).error())


def test_a_first_load_of_years_and_small_days_after_it_are_fine(yard_with_leads):
    yard_with_leads.put("events/all.csv", events(9_000))
    load(yard_with_leads)
    daily(yard_with_leads, 4, rows=150)


def test_ten_days_that_come_together_are_ten_usual_files(yard_with_leads):
    daily(yard_with_leads, 3)
    for at in range(3, 13):
        yard_with_leads.put(f"events/day-{at}.csv", events(200, start=at * 200))
    assert load(yard_with_leads).error() is None
    assert event_count(yard_with_leads) == 13 * 200


def test_a_source_that_delivers_nothing_new_is_told(yard_with_leads):
    old = f"{datetime.now(UTC) - timedelta(days=8):%Y-%m-%d}"
    for at in range(3):
        yard_with_leads.put(f"events/{at}.csv", events(5, start=at * 5, day=old))
        assert load(yard_with_leads).warnings == []
    result = load(yard_with_leads)
    assert result.error() is None
    assert failed(result) == {("events", "days_behind")}
    assert "expected at most 7" in result.warnings[0].sentence


def test_thresholds_and_what_they_do_are_set_per_table(yard_with_leads):
    yard_with_leads.home.create()
    settings = "arrivals_events:\n  min_share: 0.5\n  fewer: warn\n  stale: block\n"
    (yard_with_leads.home.path / "handoff.yml").write_text(settings)
    yard_with_leads.put("events.csv", events(200))
    load(yard_with_leads)
    yard_with_leads.put("events.csv", events(90))
    result = load(yard_with_leads)
    assert result.error() is None
    assert failed(result) == {("events", "share_of_before")}
    assert "expected at least 0.5" in result.warnings[0].sentence


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("arrivals_events: {fewer: shrug}", "is 'shrug'; expected block or warn"),
        ("arrivals_events: {min_share: 2}", "from 0 to 1"),
        ("arrivals_event: {min_share: 0}", "nearest name: arrivals_events"),
        ("landing: {company_start: 1.1.2020}", "expected a date from 1970-01-01 to 2200-01-01"),
    ],
)
def test_a_setting_nobody_understands_stops_before_anything_is_read(yard_with_leads, text, said):
    yard_with_leads.home.create()
    (yard_with_leads.home.path / "handoff.yml").write_text(text)
    arguments = ["load", "--landing", str(yard_with_leads.folder)]
    assert main([*arguments, "--home", str(yard_with_leads.home.path)]) == 2
    assert not yard_with_leads.home.work_db.exists()
    with pytest.raises(Exception, match=said):
        read_settings(yard_with_leads.home)


def test_an_accepted_arrival_lands_and_the_run_says_who_was_accepted(yard_with_leads, capsys):
    yard_with_leads.put("events.csv", events(200))
    load(yard_with_leads)
    yard_with_leads.put("events.csv", events(10))
    arguments = ["load", "--landing", str(yard_with_leads.folder)]
    arguments += ["--home", str(yard_with_leads.home.path)]
    assert main(arguments) == 3
    assert main([*arguments, "--accept", "events"]) == 0
    assert "accepted: events: share_of_before is 0.05" in capsys.readouterr().err
    runs = sorted(yard_with_leads.home.runs.iterdir())
    stopped, taken = (json.loads((run / "run.json").read_text()) for run in runs)
    assert (stopped["exit_code"], stopped["steps"][0]["counts"]["failures"]) == (3, 1)
    assert taken["accepted"] == ["events"]
    assert taken["steps"][0]["counts"]["accepted"] == ["events"]
    assert event_count(yard_with_leads) == 210


def test_only_tables_of_the_contract_can_be_accepted(yard_with_leads):
    arguments = ["load", "--landing", str(yard_with_leads.folder), "--accept", "evnts"]
    assert main([*arguments, "--home", str(yard_with_leads.home.path)]) == 2


def test_accepting_an_arrival_does_not_accept_impossible_values(yard_with_leads):
    yard_with_leads.put("ad_spend.csv", SPEND + "2026-01-01,google,brand,42000000,5,1\n")
    assert load(yard_with_leads, "ad_spend").error() is not None


@pytest.mark.bad_input("B28")
def test_b28_two_files_that_tell_one_day_differently_are_a_conflict(yard_with_leads):
    yard_with_leads.put("ad_spend/a.csv", SPEND + "2026-01-01,google,brand,10,5,1\n")
    yard_with_leads.put("ad_spend/b.csv", SPEND + "2026-01-01,google,brand,12,5,1\n")
    result = load(yard_with_leads)
    assert "ad_spend: conflicting_rows is 1; expected at most 0" in str(result.error())
    assert "The files: ad_spend/a.csv and ad_spend/b.csv." in str(result.error())
    assert yard_with_leads.ask("select count(*) from raw.ad_spend") == [(0,)]
    assert load(yard_with_leads, "ad_spend").error() is None


@pytest.mark.bad_input("B28")
def test_b28_a_later_file_that_contradicts_one_that_still_lies_there_is_a_conflict(yard_with_leads):
    yard_with_leads.put("ad_spend/a.csv", SPEND + "2026-01-01,google,brand,10,5,1\n")
    load(yard_with_leads)
    other = SPEND + "2026-01-01,google,brand,10,5,2\n2026-01-02,google,brand,9,5,2\n"
    path = yard_with_leads.put("ad_spend/b.csv", other)
    assert "conflicting_rows is 1" in str(load(yard_with_leads).error())
    path.rename(path.with_name("a.csv"))  # the same content in place of the first corrects it
    assert load(yard_with_leads).error() is None


@pytest.mark.bad_input("B28")
def test_b28_files_that_share_a_day_but_no_advertisement_agree(yard_with_leads):
    yard_with_leads.put("ad_spend/a.csv", SPEND + "2026-01-01,google,brand,10,5,1\n")
    yard_with_leads.put("ad_spend/b.csv", SPEND + "2026-01-01,google,video,12,5,1\n")
    assert load(yard_with_leads).error() is None


def test_a_column_that_went_blank_is_told(yard):
    def leads(rows, email, start):
        lines = (f"L{start + at},2026-01-01,{email}\n" for at in range(rows))
        return "lead_id,created_at,email\n" + "".join(lines)

    yard.put("leads/a.csv", leads(100, "a@example.com", 0))
    assert load(yard).warnings == []
    yard.put("leads/b.csv", leads(100, "", 100))
    assert failed(load(yard)) == {("leads", "vanished_columns"), ("leads", "blank_share.email")}


@pytest.mark.parametrize(
    ("suite", "said"),
    [
        (None, "The table events has no suite"),
        ("[]", "holds no check"),
        ("a: [", "cannot be read as YAML"),
        ("- {type: ExpectX, severity: critical, severity: warning}", "names a key twice"),
        ("- {type: ExpectColumnValuesToBeBetween, max_value: 0}", "a `column` or a `measure`"),
        ("- {type: ExpectTheBest, measure: rows}", "not a check Great Expectations can make"),
        ("- {type: ExpectColumnValuesToBeBetween, measure: rws, max_value: 0}", "could not be"),
        ("- {type: ExpectColumnValuesToBeBetween, measure: rows, rule: few}", "no rule 'few'"),
        (
            "- {type: ExpectColumnValuesToBeBetween, measure: rows, rule: fewer, min_value: 0}",
            "bounds and severity are those of rule fewer",
        ),
        ("- {type: ExpectColumnValuesToNotBeNull, column: lead_id}", "cannot be made of what"),
        ("- {type: ExpectColumnValuesToBeInSet, column: shoe, value_set: [a]}", "cannot be made"),
        (
            "- {type: ExpectColumnValuesToBeInSet, column: lead_id, value_set: 7}",
            "not a check Great Expectations can make",
        ),
        (
            "- {type: ExpectTableColumnsToMatchSet, column_set: [shoe], exact_match: false}",
            "ExpectTableColumnsToMatchSet on",
        ),
    ],
)
def test_a_suite_that_checks_nothing_or_makes_no_sense_lets_nothing_in(
    yard_with_leads, tmp_path, suite, said
):
    yard_with_leads.put("events.csv", events(5))
    result = load(yard_with_leads, suites=suites(tmp_path, events=suite))
    assert said in str(result.error())
    assert yard_with_leads.ask("select count(*) from raw.leads") == [(0,)]


def test_the_values_of_a_column_can_be_held_against_a_list(yard_with_leads, tmp_path):
    suite = "- {type: ExpectColumnValuesToBeInSet, column: event_type, value_set: [click]}"
    yard_with_leads.put("events.csv", events(5))
    result = load(yard_with_leads, suites=suites(tmp_path, events=suite))
    assert "events.event_type failed on 1 of 1 values" in str(result.error())
    assert "view" not in str(result.error()) + (str(result.error().details))


@pytest.mark.parametrize("table", list(TABLES))
def test_the_shipped_suite_of_every_table_can_be_read_and_says_why(table):
    rules = []
    checks = read_landing(
        LANDING_SUITES, table, lambda rule: rules.append(rule) or ("critical", {})
    )
    assert all(check.reason for check in checks)
    assert {"empty", "fewer", "more"} <= {check.rule for check in checks}
    assert checks[0].type == "ExpectTableColumnsToMatchSet"
    assert set(checks[0].arguments["column_set"]) == set(TABLES[table].required)
    assert Settings().arrivals(table).more == "block"


def test_an_unreadable_suite_names_its_file(tmp_path):
    with pytest.raises(SuiteError, match=r"leads\.yml"):
        read_landing(tmp_path, "leads", lambda _rule: ("critical", {}))


def test_parquet_and_csv_pass_the_same_checks(yard_with_leads):
    rows = [f"e{at}" for at in range(50)]
    table = {"event_id": rows, "occurred_at": ["2026-01-01"] * 50, "event_type": ["x" * 201] * 50}
    table["lead_id"] = ["L1"] * 50
    pq.write_table(pa.table(table), yard_with_leads.put("events.parquet", b""))
    assert failed(load(yard_with_leads)) == {("events", "event_type")}


def test_an_exception_within_a_check_lands_nothing(yard_with_leads, monkeypatch):
    def broken(*_):
        raise duckdb.Error("no")

    monkeypatch.setattr("handoff.load.arrivals._by_column", broken)
    with pytest.raises(Exception, match="what it had not finished is undone"):
        load(yard_with_leads)
    assert yard_with_leads.ask("select count(*) from raw.leads") == [(0,)]
