"""The definition folder: every contradiction is refused by name, and nothing else is."""

import csv
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from handoff.cli import main
from handoff.definition import check_folder, fingerprint, resolve, variables
from handoff.definition.schema import SEEDS
from handoff.definition.variables import allowed_values, refusal
from handoff.errors import DefinitionError
from handoff.home import PROJECT_DIR, SHIPPED_DEFINITION, SHIPPED_REFERENCE, Home

EXAMPLES = PROJECT_DIR / "examples"
OFFICIAL = {"definition_id": "two_axis"}


class Desk:
    """A copy of the shipped folder to make mistakes in; an edit gives the line it was made in."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self, seed: str) -> list[dict[str, str]]:
        with (self.path / f"{seed}.csv").open(newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file))

    def write(self, seed: str, rows: list[dict[str, str]]) -> None:
        with (self.path / f"{seed}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, SEEDS[seed].header, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)

    def change(self, seed: str, where: dict[str, str], **cells: str) -> int:
        rows = self.read(seed)
        found = [n for n, row in enumerate(rows) if where.items() <= row.items()]
        assert len(found) == 1, f"{where} is in {len(found)} rows of {seed}"
        rows[found[0]] |= cells
        self.write(seed, rows)
        return found[0] + 2

    def add(self, seed: str, **cells: str) -> int:
        rows = self.read(seed)
        self.write(seed, [*rows, dict.fromkeys(SEEDS[seed].header, "") | cells])
        return len(rows) + 2

    def take_out(self, seed: str, **where: str) -> None:
        self.write(seed, [row for row in self.read(seed) if not where.items() <= row.items()])

    def text(self, seed: str, edit: Callable[[str], str]) -> None:
        path = self.path / f"{seed}.csv"
        path.write_text(edit(path.read_text(encoding="utf-8")), encoding="utf-8")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    shutil.copytree(SHIPPED_DEFINITION, tmp_path / "definition")
    return Desk(tmp_path / "definition")


@dataclass(frozen=True)
class Mistake:
    """One edit that must be refused, the place that must be named and words that must be said."""

    claim: str
    seed: str
    column: str | None
    edit: Callable[[Desk], int | None]
    words: tuple[str, ...]


def changed(
    claim: str, seed: str, where: dict[str, str], cells: dict[str, str], *words: str
) -> Mistake:
    """Make the mistake of one changed cell; the last of `cells` is where it shows."""
    column = list(cells)[-1]
    return Mistake(claim, seed, column, lambda desk: desk.change(seed, where, **cells), words)


def added(claim: str, seed: str, column: str | None, cells: dict[str, str], *words: str) -> Mistake:
    """Make the mistake of one row too many."""
    return Mistake(claim, seed, column, lambda desk: desk.add(seed, **cells), words)


def texted(
    claim: str, seed: str, line: int | None, edit: Callable[[str], str], *words: str
) -> Mistake:
    """Make a mistake in the file itself."""

    def edited(desk: Desk) -> int | None:
        desk.text(seed, edit)
        return line

    return Mistake(claim, seed, None, edited, words)


DEMO = {"rule_id": "demo_request", **OFFICIAL}
PRICING = {"rule_id": "pricing_view", **OFFICIAL}
SCANS = {"rule_id": "three_booth_sessions", **OFFICIAL}
CHIEF = {"rule_id": "title_chief", **OFFICIAL}
SIZE = {"rule_id": "size_50_to_199", **OFFICIAL}
FIRST_FADE = {"decay_id": "fades_in_30_days", "after_days": "10"}
SECOND_FADE = {"decay_id": "fades_in_30_days", "after_days": "20"}
HAND_RAISE = {"criterion_id": "hand_raise", **OFFICIAL}
BOTH = {"criterion_id": "fit_and_intent", **OFFICIAL}
FIT_RULE = {**OFFICIAL, "rule_id": "new", "operator": "equals", "attribute": "country"}

MISTAKES = [
    # cells
    changed("points are numbers", "fit_rules", CHIEF, {"points": "many"}, "`many`", "whole number"),
    changed("points are whole", "event_rules", DEMO, {"points": "50.5"}, "`50.5`", "whole number"),
    changed("points must be there", "event_rules", DEMO, {"points": ""}, "blank", "whole number"),
    changed("numbers have one spelling", "event_rules", DEMO, {"points": "1,000"}, "whole number"),
    changed("max_points is not negative", "event_rules", DEMO, {"max_points": "-5"}, "from 0 to"),
    changed("percents end at 100", "decay_schedules", FIRST_FADE, {"remaining_percent": "140"},
            "`140`", "from 0 to 100"),
    changed("percents start at 0", "decay_schedules", FIRST_FADE, {"remaining_percent": "-1"},
            "from 0 to 100"),
    changed("steps lie in no past", "decay_schedules", FIRST_FADE, {"after_days": "-10"}, "from 0"),
    changed("dates exist", "definitions", OFFICIAL, {"effective_from": "2026-02-30"},
            "`2026-02-30`", "YYYY-MM-DD"),
    changed("dates are ISO", "definitions", OFFICIAL, {"approved_on": "03/04/2026"}, "YYYY-MM-DD"),
    changed("times are UTC", "definitions", OFFICIAL, {"effective_to": "2026-01-01T00:00:00+02:00"},
            "UTC"),
    changed("null is a word dbt swallows", "fit_rules", CHIEF, {"value": "NULL"}, "read as blank"),
    changed("ids hide nothing", "fit_rules", CHIEF, {"group_id": "senior\u200bity"},
            "u200b", "invisible"),
    changed("an axis is a known one", "rule_groups", {"group_id": "website"}, {"axis": "intend"},
            "`intend`", "fit, intent, product", "nearest: `intent`"),
    changed("an event rule makes no fit", "event_rules", DEMO, {"axis": "fit"}, "intent, product"),
    changed("an operator is a known one", "fit_rules", CHIEF, {"operator": "contain"},
            "`contain`", "at_least", "nearest: `contains`"),
    changed("a status is a known one", "definitions", OFFICIAL, {"status": "offical"},
            "`offical`", "official, shadow", "nearest: `official`"),
    changed("a period is a known one", "event_rules", PRICING, {"limit_period": "year"},
            "day, week, month, ever"),
    changed("a trigger is a known one", "resets", {"trigger_value": "lost"},
            {"trigger_type": "result"}, "status, outcome, event"),
    changed("a track is a known one", "stages", {"stage": "pql"}, {"track": "sales"},
            "marketing, product"),
    changed("a way in is a known one", "stages", {"stage": "sal"}, {"entered_by": "report"},
            "created, computed, reported", "nearest: `reported`"),
    changed("an outcome is a known one", "status_map", {"status": "closed lost"},
            {"outcome": "lsot"}, "rejected, recycled, disqualified, lost", "nearest: `lost`"),
    changed("a weekday is a known one", "working_hours", {"weekday": "friday"}, {"weekday": "Fri"},
            "friday"),
    changed("a channel looks at a known column", "channel_rules", {"priority": "20"},
            {"match_on": "utm_campaign"}, "utm_medium, utm_source, referrer_host"),
    changed("a channel operator is a known one", "channel_rules", {"priority": "20"},
            {"operator": "matches"}, "starts_with"),
    changed("a time zone is a known one", "working_hours", {"weekday": "friday"},
            {"time_zone": "Europe/Londn"}, "IANA"),
    changed("an hour is one of the clock", "working_hours", {"weekday": "friday"},
            {"closes": "25:00"}, "HH:MM"),
    changed("a horizon is positive", "stages", {"stage": "sql"}, {"horizon_days": "0"}, "from 1"),
    changed("minutes are positive", "sla", {"stage": "pql"}, {"minutes": "0"}, "from 1"),
    changed("a holiday is a date", "holidays", {"holiday_date": "2025-04-18"},
            {"holiday_date": "Easter"}, "YYYY-MM-DD"),
    # operators and values
    changed("between takes two numbers", "fit_rules", SIZE, {"value": "50-199"},
            "`50-199`", "50|199"),
    changed("between is not empty", "fit_rules", SIZE, {"value": "199|50"}, "smaller number first"),
    changed("at_least takes a number", "fit_rules",
            {"rule_id": "size_over_1000", **OFFICIAL}, {"value": "large"}, "`large`", "number"),
    changed("contains takes no list", "fit_rules", CHIEF, {"value": "chief|boss"}, "use `in`"),
    changed("a list has no empty item", "fit_rules", {"rule_id": "industry_core", **OFFICIAL},
            {"value": "software||retail"}, "a|b|c"),
    changed("equals takes a value", "fit_rules", CHIEF, {"value": ""}, "blank", "a text"),
    changed("always takes no value", "event_rules", DEMO, {"value": "yes"}, "takes no value"),
    changed("is_present takes no value", "channel_rules", {"channel": "referral", "value": ""},
            {"value": "x"}, "takes no value"),
    changed("a channel is told by what is there", "channel_rules",
            {"channel": "referral", "value": ""},
            {"operator": "is_missing"}, "`is_missing`", "`direct`"),
    changed("a value needs an operator", "event_rules", DEMO, {"value": "x", "operator": ""},
            "blank", "expected an operator"),
    changed("a fit rule looks at something", "fit_rules", CHIEF, {"attribute": ""},
            "blank", "a text"),
    changed("an operator needs something to look at", "event_rules",
            {"rule_id": "product_webinar", **OFFICIAL}, {"property": ""}, "blank", "look at"),
    changed("a column is spelled as it is", "fit_rules", CHIEF, {"attribute": "JobTitle"},
            "`JobTitle`", "`job_title`"),
    changed("accounts have the columns they have", "fit_rules",
            {"rule_id": "target_account", **OFFICIAL}, {"attribute": "account.is_target"},
            "nearest: `account.is_target_account`"),
    changed("account is for fit rules", "event_rules",
            {"rule_id": "open_streak", **OFFICIAL}, {"property": "account.industry"},
            "fit rules only"),
    changed("distinct_by knows no accounts", "event_rules", SCANS,
            {"distinct_by": "account.industry"}, "fit rules only"),
    # counts of a rule
    changed("a count is positive", "event_rules", SCANS, {"min_count": "0"}, "from 1"),
    changed("a window is positive", "event_rules", SCANS, {"within_days": "0"}, "from 1"),
    changed("a window needs a count", "event_rules", PRICING, {"within_days": "7"}, "min_count"),
    changed("a limit needs a period", "event_rules", PRICING, {"limit_period": ""},
            "both or neither"),
    changed("a period needs a limit", "event_rules", PRICING, {"limit_count": ""},
            "both or neither"),
    # keys and references
    added("a definition is written once", "definitions", "definition_id",
          {"definition_id": "two_axis", "status": "shadow"}, "duplicate key", "row 2"),
    added("a rule id is one rule", "fit_rules", "rule_id",
          {**FIT_RULE, "rule_id": "title_vp", "value": "US", "points": "1"},
          "duplicate key", "row 5"),
    changed("a rule id is one rule across both files", "event_rules",
            {"rule_id": "working_week", **OFFICIAL}, {"rule_id": "title_vp"},
            "duplicate key", "fit_rules.csv, row 5"),
    changed("a rule id has no ampersand", "event_rules",
            {"rule_id": "working_week", **OFFICIAL}, {"rule_id": "a&b"}, "`&`"),
    added("a rule belongs to a definition", "fit_rules", "definition_id",
          {**FIT_RULE, "definition_id": "two_axes", "value": "US", "points": "1"},
          "`two_axes`", "fifty_points", "nearest: `two_axis`"),
    changed("a schedule exists", "event_rules", DEMO, {"decay_id": "fades_in_9_days"},
            "`fades_in_9_days`", "nearest: `fades_in_90_days`"),
    changed("a limit has a group", "rule_groups", {"group_id": "website"}, {"group_id": "webinars"},
            "`webinars`", "hand_raise"),
    changed("a slip does not lift a limit", "fit_rules", CHIEF, {"group_id": "seniorty"},
            "`seniorty`", "nearest: `seniority`"),
    added("a group has one limit", "rule_groups", "group_id",
          {**OFFICIAL, "axis": "intent", "group_id": "website"}, "duplicate key"),
    added("an axis has one limit", "axes", "axis", {**OFFICIAL, "axis": "fit"}, "duplicate key"),
    added("a grade has one bar", "grades", "grade",
          {**OFFICIAL, "axis": "fit", "grade": "A", "min_score": "90"}, "duplicate key"),
    added("a bar has one grade", "grades", "min_score",
          {**OFFICIAL, "axis": "fit", "grade": "E", "min_score": "0"}, "duplicate key"),
    added("a step is written once", "decay_schedules", "after_days",
          {"decay_id": "window_14_days", "after_days": "14", "remaining_percent": "0"},
          "duplicate key", "row 11"),
    added("a status means one thing in any case", "status_map", "status",
          {"status": "Closed Won ", "stage": "sql"}, "duplicate key", "row 6"),
    added("a stage is written once", "stages", "stage",
          {"stage": "sal", "rank": "9", "track": "product", "entered_by": "reported"},
          "duplicate key"),
    changed("a criterion has its own place", "stage_criteria", BOTH, {"priority": "10"},
            "duplicate key"),
    added("a reset is written once", "resets", "axis",
          {**OFFICIAL, "trigger_type": "outcome", "trigger_value": "Lost", "axis": "intent"},
          "duplicate key"),
    added("a promise is made once", "sla", "criterion_id", {"stage": "mql", "minutes": "5"},
          "duplicate key"),
    added("a holiday is kept once", "holidays", "holiday_date", {"holiday_date": "2025-01-01"},
          "duplicate key"),
    changed("a channel rule has its own place", "channel_rules", {"priority": "20"},
            {"priority": "10"}, "duplicate key"),
    changed("a routing rule has its own place", "routing_rules", {"priority": "20"},
            {"priority": "10"}, "duplicate key"),
    # limits and schedules
    changed("a floor is not above 0", "rule_groups", {"group_id": "warnings"}, {"min_points": "5"},
            "to 0"),
    changed("a ceiling is not below 0", "rule_groups", {"group_id": "website"},
            {"max_points": "-5"}, "from 0"),
    changed("an axis has no floor above 0", "axes", {"axis": "fit"}, {"min_score": "1"}, "to 0"),
    changed("an axis has no ceiling below 0", "axes", {"axis": "product"}, {"max_score": "-1"},
            "from 0"),
    changed("decay falls", "decay_schedules", SECOND_FADE, {"remaining_percent": "80"},
            "`80`", "rising decay", "at most 60"),
    changed("decay goes forward", "decay_schedules", SECOND_FADE, {"after_days": "5"},
            "`5`", "rising order"),
    # periods
    changed("a period ends after it starts", "definitions", OFFICIAL,
            {"effective_from": "2026-01-01", "effective_to": "2026-01-01"}, "after effective_from"),
    changed("one definition is official", "definitions", {"definition_id": "fifty_points"},
            {"status": "official", "effective_from": ""}, "overlaps with `two_axis` of row 2"),
    # criteria
    changed("a required rule exists", "stage_criteria", HAND_RAISE,
            {"required_rules": "demo_requst"}, "`demo_requst`", "nearest: `demo_request`"),
    changed("a required rule is of this definition", "stage_criteria",
            {"criterion_id": "fifty"}, {"required_rules": "demo_request"}, "rules of fifty_points"),
    changed("a required rule can be held", "stage_criteria", HAND_RAISE,
            {"required_rules": "demo_request&careers_view"},
            "never hold a positive balance", "row 10"),
    changed("a rule is required once", "stage_criteria", HAND_RAISE,
            {"required_rules": "demo_request&demo_request"}, "more than once"),
    changed("a criterion is for a stage", "stage_criteria", BOTH, {"stage": "mqll"},
            "`mqll`", "engaged, mql, pql", "nearest: `mql`"),
    changed("a criterion is for a computed stage", "stage_criteria",
            {"criterion_id": "fifty"}, {"stage": "sal"}, "`reported`", "engaged, mql, pql"),
    changed("an axis can reach its bar", "stage_criteria", BOTH, {"min_fit_score": "101"},
            "`101`", "no lead can reach", "at most 85"),
    changed("the ceiling bounds the bar", "stage_criteria", BOTH, {"min_intent_score": "101"},
            "no lead can reach", "at most 100"),
    changed("an axis without rules reaches nothing", "stage_criteria", {"criterion_id": "sixty"},
            {"min_product_score": "10"}, "no lead can reach", "at most 0"),
    # stages
    changed("nothing is lower than a lead", "stages", {"stage": "engaged"}, {"rank": "0"},
            "more than the 0 of `lead`"),
    changed("a rank is one stage", "stages", {"stage": "sal"}, {"rank": "2"},
            "rank of `mql` in row 4"),
    Mistake("a customer comes after an opportunity", "stages", "rank",
            lambda desk: desk.change("stages", {"stage": "opportunity"}, rank="7") + 1,
            ("more than 7", "`opportunity`")),
    changed("a lead is created", "stages", {"stage": "lead"}, {"entered_by": "reported"},
            "expected `created`"),
    changed("only a lead is created", "stages", {"stage": "customer"}, {"entered_by": "created"},
            "`computed` or `reported`"),
    changed("an MQL is no product stage", "stages", {"stage": "sql"}, {"track": "product"},
            "`marketing` or blank"),
    # status map and resets
    changed("a status moves to a stage that exists", "status_map", {"status": "accepted"},
            {"stage": "sall"}, "`sall`", "nearest: `sal`"),
    changed("a status is a stage or an outcome", "status_map", {"status": "accepted"},
            {"outcome": "lost"}, "both a stage and an outcome"),
    changed("a status means something", "status_map", {"status": "rejected"}, {"outcome": ""},
            "neither stage nor outcome"),
    changed("an outcome that resets is one", "resets", {"trigger_value": "lost"},
            {"trigger_value": "closed lost"}, "rejected, recycled, disqualified, lost"),
    # handling
    changed("a promise is for a stage", "sla", {"stage": "pql"}, {"stage": "pq"}, "nearest: `pql`"),
    changed("a promise is for a criterion", "sla", {"criterion_id": "hand_raise"},
            {"criterion_id": "hand_rise"}, "nearest: `hand_raise`"),
    changed("response classes rise", "response_classes", {"response_class": "within_1_hour"},
            {"up_to_minutes": "10"}, "more than 30"),
    changed("the last response class has no end", "response_classes", {"response_class": "later"},
            {"up_to_minutes": "9999"}, "no end"),
    changed("a day opens before it closes", "working_hours", {"weekday": "friday"},
            {"closes": "08:00"}, "after it opens at 09:00"),
    changed("there is one clock", "working_hours", {"weekday": "friday"}, {"time_zone": "UTC"},
            "one clock"),
    added("shifts do not overlap", "working_hours", "opens",
          {"weekday": "friday", "opens": "12:00", "closes": "20:00", "time_zone": "Europe/London"},
          "17:30 or later"),
    changed("companies are at least as small as large", "routing_rules", {"priority": "10"},
            {"max_employees": "10"}, "at least 1001"),
    changed("a routing row asks for one country", "routing_rules", {"priority": "30"},
            {"country": "DE|AT"}, "a row for each"),
    changed("nothing stands after the default", "routing_rules", {"priority": "99"},
            {"priority": "5"}, "asks nothing"),
    # the file itself
    texted("a column is not missing", "fit_rules", 1,
           lambda text: "\n".join(line.rsplit(",", 1)[0] for line in text.splitlines()),
           "missing reason"),
    texted("a column is spelled as in the contract", "resets", 1,
           lambda text: text.replace("trigger_type", "triger_type", 1),
           "`triger_type`", "nearest: `trigger_type`"),
    texted("a column is there once", "axes", 1,
           lambda text: text.replace("max_score", "min_score", 1), "2 times", "missing max_score"),
    texted("columns are separated by commas", "axes", 1,
           lambda text: text.replace(",", ";"), "semicolons", "commas"),
    texted("columns are not separated by tabs", "axes", 1,
           lambda text: text.replace(",", "\t"), "tabs", "commas"),
    texted("a file has a header", "axes", 1, lambda _text: "", "empty", "definition_id,axis"),
    texted("a row is as wide as the header", "axes", 3,
           lambda text: text.replace("intent,0,100", "intent,0,100,7"),
           "found 5 fields; expected 4"),
    texted("a row is not cut", "axes", 4, lambda text: text[: text.rindex(",")], "found 3 fields"),
    texted("no row is empty", "axes", 3,
           lambda text: text.replace("\ntwo_axis,intent", "\n\ntwo_axis,intent"), "empty"),
    texted("a quote is closed", "axes", 3,
           lambda text: text.replace("two_axis,intent", '"two_axis,intent'), "quoting"),
    texted("a file is text", "axes", 3,
           lambda text: text.replace("two_axis,intent", "two_axis\0,intent"), "NUL"),
    texted("a definition can be read by people", "channel_rules", 5_002,
           lambda text: text + text.splitlines()[-1] + "\n" + 10_000 * "1,a,platform,equals,b,c\n",
           "at most 5000"),
]  # fmt: skip


@pytest.mark.bad_input("B25")
@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.claim.replace(" ", "_"))
def test_one_mistake_is_one_finding_that_names_file_row_and_what_was_expected(
    desk: Desk, mistake: Mistake
) -> None:
    line = mistake.edit(desk)
    findings = check_folder(desk.path)
    placed = [
        found
        for found in findings
        if (found.file, found.row, found.column) == (f"{mistake.seed}.csv", line, mistake.column)
    ]
    assert placed, [str(found) for found in findings]
    assert len(findings) == 1, [str(found) for found in findings]
    for word in mistake.words:
        assert word in placed[0].message


def test_mistakes_are_all_named_at_once_in_the_order_of_the_files(desk: Desk) -> None:
    rule = desk.change("event_rules", DEMO, decay_id="never")
    step = desk.change("decay_schedules", SECOND_FADE, remaining_percent="80")
    criterion = desk.change("stage_criteria", HAND_RAISE, required_rules="nothing")
    period = desk.change("definitions", {"definition_id": "fifty_points"}, status="official")
    assert [(found.file, found.row) for found in check_folder(desk.path)] == [
        ("definitions.csv", period),
        ("event_rules.csv", rule),
        ("decay_schedules.csv", step),
        ("stage_criteria.csv", criterion),
    ]


@pytest.mark.parametrize("seed", ["definitions", "stages", "stage_criteria"])
def test_a_folder_without_a_required_file_is_refused(desk: Desk, seed: str) -> None:
    (desk.path / f"{seed}.csv").unlink()
    (finding,) = check_folder(desk.path)
    assert finding.file == f"{seed}.csv"
    assert "missing" in finding.message
    assert SEEDS[seed].header[0] in finding.message


@pytest.mark.parametrize("stage", ["lead", "mql", "sql", "opportunity", "customer"])
def test_the_stages_measures_speak_of_must_be_there(desk: Desk, stage: str) -> None:
    desk.take_out("stages", stage=stage)
    messages = [found.message for found in check_folder(desk.path) if found.file == "stages.csv"]
    assert messages == [
        f"the stage `{stage}` is missing; expected lead, mql, sql, opportunity, customer"
    ]


def test_a_definition_without_an_official_one_is_refused(desk: Desk) -> None:
    desk.change("definitions", OFFICIAL, status="shadow")
    (finding,) = check_folder(desk.path)
    assert "no definition is official" in finding.message


def test_official_periods_may_meet_and_may_leave_gaps(desk: Desk) -> None:
    desk.change("definitions", OFFICIAL, effective_to="2026-01-01")
    fifty, hundred = {"definition_id": "fifty_points"}, {"definition_id": "hundred_points"}
    desk.change("definitions", fifty, status="official", effective_from="2026-01-01",
                effective_to="2026-02-01T12:00:00Z")  # fmt: skip
    desk.change("definitions", hundred, status="official", effective_from="2026-03-01")
    assert check_folder(desk.path) == []


def test_an_overlap_is_found_across_a_short_period_in_between(desk: Desk) -> None:
    desk.change("definitions", OFFICIAL, effective_from="2025-01-01", effective_to="2026-01-01")
    for name, day in (("fifty_points", "2025-02-01"), ("hundred_points", "2025-06-01")):
        desk.change("definitions", {"definition_id": name}, status="official", effective_from=day,
                    effective_to=day.replace("01", "02", 1)[:8] + "09")  # fmt: skip
    overlapping = [found.row for found in check_folder(desk.path)]
    assert overlapping == [3, 4]


def test_routing_without_a_default_is_refused(desk: Desk) -> None:
    desk.take_out("routing_rules", queue="inbound")
    (finding,) = check_folder(desk.path)
    assert (finding.file, finding.row) == ("routing_rules.csv", 9)
    assert "default" in finding.message


@pytest.mark.bad_input("B25")
def test_a_computed_sql_may_not_ask_less_than_an_mql(desk: Desk) -> None:
    desk.change("stages", {"stage": "sql"}, entered_by="computed")
    desk.add("stage_criteria", definition_id="sixty_in_14_days", stage="sql", criterion_id="easy",
             priority="10", min_intent_score="59")  # fmt: skip
    (finding,) = check_folder(desk.path)
    assert "at most 59 for `sql` but at least 60 for `mql`" in finding.message


@pytest.mark.bad_input("B25")
def test_a_total_beyond_what_both_axes_hold_is_refused(desk: Desk) -> None:
    desk.change("stage_criteria", BOTH, min_total_score="186")
    (finding,) = check_folder(desk.path)
    assert "at most 185" in finding.message


@pytest.mark.bad_input("B25")
def test_a_misspelled_file_is_refused_since_it_would_mean_no_rules(desk: Desk) -> None:
    (desk.path / "resets.csv").rename(desk.path / "reset.csv")
    (finding,) = check_folder(desk.path)
    assert finding.file == "reset.csv"
    assert "nearest: `resets.csv`" in finding.message


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ("définition_id".encode("utf-16"), "UTF-16"),
        (
            b"definition_id,axis,min_score,max_score\ntwo_axis,intent,0,100\ncaf\xe9,fit,,\n",
            "UTF-8",
        ),
    ],
)
def test_another_encoding_is_refused(desk: Desk, data: bytes, words: str) -> None:
    (desk.path / "axes.csv").write_bytes(data)
    (finding,) = check_folder(desk.path)
    assert words in finding.message


def test_something_that_is_no_file_is_refused(desk: Desk) -> None:
    (desk.path / "axes.csv").unlink()
    (desk.path / "axes.csv").mkdir()
    (desk.path / "grades.csv").unlink()
    (desk.path / "grades.csv").symlink_to(desk.path / "nowhere.csv")
    files = [found.file for found in check_folder(desk.path)]
    assert files == ["axes.csv", "grades.csv"]


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    (finding,) = check_folder(tmp_path / "nowhere")
    assert "no such folder" in finding.message


def test_what_spreadsheets_do_to_a_file_is_taken(desk: Desk) -> None:
    before = fingerprint(desk.path)
    for path in desk.path.glob("*.csv"):
        text = path.read_text(encoding="utf-8").replace("\n", "\r\n")
        path.write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert check_folder(desk.path) == []
    assert fingerprint(desk.path) == before


def test_an_unlimited_group_a_json_key_and_an_odd_event_type_are_fine(desk: Desk) -> None:
    desk.add("fit_rules", **OFFICIAL, rule_id="a", group_id="territory", attribute="plan",
             operator="in", value="=cmd | no", points="5")  # fmt: skip
    desk.change("stage_criteria", HAND_RAISE, required_rules="demo_request & a")
    desk.add("event_rules", **OFFICIAL, rule_id="b", axis="intent", event_type="Démo: \"demandée\"",
             points="-5", property="plan", operator="equals", value="=1+1")  # fmt: skip
    assert check_folder(desk.path) == []


@pytest.mark.bad_input("B25")
@given(st.binary(max_size=300), st.sampled_from(sorted(SEEDS)))
@settings(max_examples=60, deadline=None)
def test_no_bytes_whatever_make_the_check_itself_fail(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, seed: str
) -> None:
    folder = tmp_path_factory.mktemp("bytes") / "definition"
    shutil.copytree(SHIPPED_DEFINITION, folder)
    (folder / f"{seed}.csv").write_bytes(data)
    findings = check_folder(folder)
    assert any(found.file == f"{seed}.csv" for found in findings)


# --- shipped, examples -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "folder",
    [SHIPPED_DEFINITION, EXAMPLES / "olist" / "definition", EXAMPLES / "bpi2012" / "definition"],
    ids=["shipped", "olist", "bpi2012"],
)
def test_what_is_shipped_is_sound(folder: Path) -> None:
    assert check_folder(folder) == []


def test_the_shipped_folder_has_every_seed_with_the_contracts_columns_in_order() -> None:
    for seed in SEEDS.values():
        header = (SHIPPED_DEFINITION / seed.file).read_text(encoding="utf-8").splitlines()[0]
        assert header == ",".join(seed.header), seed.file


def test_every_shipped_row_has_a_reason() -> None:
    for name, seed in SEEDS.items():
        if "reason" in seed.header:
            rows = Desk(SHIPPED_DEFINITION).read(name)
            assert rows
            assert [row for row in rows if len(row["reason"]) < 10] == []


def test_every_mql_of_the_official_definition_needs_fit() -> None:
    criteria = Desk(SHIPPED_DEFINITION).read("stage_criteria")
    mql = [row for row in criteria if row["definition_id"] == "two_axis" and row["stage"] == "mql"]
    assert len(mql) >= 2
    assert {row["min_fit_score"] for row in mql} == {"30"}


def test_vanity_is_worth_nothing_in_the_official_definition() -> None:
    rules = {
        row["rule_id"]: row
        for row in Desk(SHIPPED_DEFINITION).read("event_rules")
        if row["definition_id"] == "two_axis"
    }
    for name in ("download", "webinar_registration", "educational_webinar", "list_import"):
        assert rules[name]["points"] == "0", name
    assert not {"email_opened", "email_sent", "page_view"} & {
        r["event_type"] for r in rules.values()
    }


def test_assistants_are_a_channel_before_any_search_or_referral() -> None:
    rules = Desk(SHIPPED_DEFINITION).read("channel_rules")
    assistants = [row for row in rules if row["channel"] == "ai_assistant"]
    named = "|".join(row["value"] for row in assistants if row["match_on"] == "referrer_host")
    for host in ("chatgpt.com", "www.perplexity.ai", "gemini.google.com", "copilot.microsoft.com",
                 "claude.ai"):  # fmt: skip
        assert host in named.split("|")
    later = [row for row in rules if row["channel"] in ("organic_search", "referral")
             and row["match_on"] == "referrer_host"]  # fmt: skip
    first_assistant = min(int(row["priority"]) for row in assistants)
    assert first_assistant < min(int(row["priority"]) for row in later)


def test_free_mail_domains_are_plain_sorted_and_known_to_the_rule() -> None:
    lines = (SHIPPED_REFERENCE / "free_email_domains.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "domain"
    assert lines[1:] == sorted(set(lines[1:]))
    rules = Desk(SHIPPED_DEFINITION).read("fit_rules")
    (rule,) = [row for row in rules if row["rule_id"] == "free_mail"]
    assert set(rule["value"].split("|")) <= set(lines[1:])


def _csv_blocks(text: str) -> list[list[str]]:
    """Take the CSV examples out of a page."""
    return [block.split("```")[0].strip().splitlines() for block in text.split("```csv")[1:]]


def test_the_page_on_the_definition_names_every_seed_column_operator_and_allowed_word() -> None:
    page = (PROJECT_DIR / "docs" / "definition.md").read_text(encoding="utf-8")
    for seed in SEEDS.values():
        assert f"`{seed.name}`" in page
        for column in seed.columns:
            assert f"`{column.name}`" in page, (seed.name, column.name)
            if column.name not in ("weekday", "axis"):
                assert [w for w in column.kind.allowed if f"`{w}`" not in page] == []


def test_the_examples_of_the_page_are_rows_of_the_shipped_definition() -> None:
    page = (PROJECT_DIR / "docs" / "definition.md").read_text(encoding="utf-8")
    files = {seed.header: seed.file for seed in SEEDS.values()}
    shown = set()
    for header, *rows in _csv_blocks(page):
        file = files[tuple(header.split(","))]
        shipped = (SHIPPED_DEFINITION / file).read_text(encoding="utf-8").splitlines()
        assert rows
        assert [row for row in rows if row not in shipped] == []
        shown.add(file)
    assert shown == set(files.values())


# --- resolve, fingerprint, command -------------------------------------------------------------


def test_without_a_folder_the_shipped_one_is_used_as_it_lies(tmp_path: Path) -> None:
    home = Home.at(tmp_path / "home")
    assert resolve(None, home) == SHIPPED_DEFINITION
    assert resolve(SHIPPED_DEFINITION, home) == SHIPPED_DEFINITION
    assert not (home.path / "definition").exists()


def test_resolve_completes_a_folder_and_keeps_what_it_says(tmp_path: Path) -> None:
    source = EXAMPLES / "olist" / "definition"
    complete = resolve(source, Home.at(tmp_path / "home"))
    assert sorted(path.name for path in complete.iterdir()) == sorted(
        s.file for s in SEEDS.values()
    )
    desk = Desk(complete)
    assert desk.read("stages") == Desk(source).read("stages")
    assert desk.read("channel_rules") == Desk(source).read("channel_rules")
    for name in ("fit_rules", "decay_schedules", "rule_groups", "grades", "resets"):
        assert (complete / f"{name}.csv").read_text() == ",".join(SEEDS[name].header) + "\n"
    for name in ("response_classes", "working_hours", "holidays", "routing_rules"):
        assert desk.read(name) == Desk(SHIPPED_DEFINITION).read(name)
    assert [(row["stage"], row["criterion_id"]) for row in desk.read("sla")] == [("mql", "")]


@pytest.mark.parametrize("example", ["olist", "bpi2012"])
def test_a_completed_folder_is_sound_and_completing_it_again_changes_nothing(
    tmp_path: Path, example: str
) -> None:
    home = Home.at(tmp_path / "home")
    complete = resolve(EXAMPLES / example / "definition", home)
    before = {path.name: path.stat().st_mtime_ns for path in complete.iterdir()}
    assert check_folder(complete) == []
    assert resolve(complete, home) == complete
    assert {path.name: path.stat().st_mtime_ns for path in complete.iterdir()} == before


def test_resolve_puts_columns_in_order_and_trims_cells(desk: Desk, tmp_path: Path) -> None:
    (desk.path / "axes.csv").write_text(
        "max_score, axis,min_score,definition_id\n 100 , fit,0 ,two_axis \n", encoding="utf-8"
    )
    complete = resolve(desk.path, Home.at(tmp_path / "a home"))
    expected = "definition_id,axis,min_score,max_score\ntwo_axis,fit,0,100\n"
    assert (complete / "axes.csv").read_text() == expected


def test_resolve_rewrites_only_what_changed_and_removes_strays(desk: Desk, tmp_path: Path) -> None:
    home = Home.at(tmp_path / "home")
    complete = resolve(desk.path, home)
    times = {path.name: path.stat().st_mtime_ns for path in complete.iterdir()}
    (complete / "old_rules.csv").write_text("a\n1\n")
    desk.change("axes", {"axis": "fit"}, max_score="90")
    resolve(desk.path, home)
    after = {path.name: path.stat().st_mtime_ns for path in complete.iterdir()}
    assert {name for name in after if after[name] != times[name]} == {"axes.csv"}
    assert after.keys() == times.keys()


@pytest.mark.bad_input("B25")
def test_resolve_refuses_before_it_writes(desk: Desk, tmp_path: Path) -> None:
    desk.change("event_rules", DEMO, operator="alway")
    home = Home.at(tmp_path / "home")
    with pytest.raises(
        DefinitionError, match=r"event_rules\.csv, row 2, column operator"
    ) as caught:
        resolve(desk.path, home)
    assert caught.value.exit_code == 2
    assert caught.value.details[0]["row"] == 2
    assert not home.path.exists()


def test_the_fingerprint_follows_the_content_and_the_fall_backs(desk: Desk, tmp_path: Path) -> None:
    before = fingerprint(desk.path)
    assert before == fingerprint(SHIPPED_DEFINITION)
    (desk.path / "sla.csv").unlink()
    assert fingerprint(desk.path) == before
    assert fingerprint(resolve(desk.path, Home.at(tmp_path / "home"))) == before
    desk.change("event_rules", DEMO, points="49")
    assert fingerprint(desk.path) != before


def test_check_says_what_is_in_a_sound_folder(capsys: pytest.CaptureFixture) -> None:
    assert main(["check", "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert [item["definition_id"] for item in result["definitions"]] == [
        "two_axis", "fifty_points", "hundred_points", "sixty_in_14_days",
    ]  # fmt: skip
    assert result["definitions"][0]["status"] == "official"
    assert main(["check"]) == 0
    assert "two_axis: official" in capsys.readouterr().err


def test_check_ends_with_2_and_one_line_a_finding(
    desk: Desk, capsys: pytest.CaptureFixture
) -> None:
    desk.change("event_rules", DEMO, points="lots")
    desk.change("axes", {"axis": "fit"}, max_score="-1")
    assert main(["check", "--definition", str(desk.path)]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert [line.strip().split(":")[0] for line in lines[1:]] == [
        "event_rules.csv, row 2, column points",
        "axes.csv, row 2, column max_score",
    ]
    assert main(["check", "--definition", str(desk.path), "--json"]) == 2
    details = json.loads(capsys.readouterr().out)["details"]
    assert [item["row"] for item in details] == [2, 2]


def vars_refused(desk: Desk, text: str) -> list[str]:
    """What a check says of the file `vars.yml` with this text."""
    (desk.path / "vars.yml").write_text(text, encoding="utf-8")
    with pytest.raises(DefinitionError) as caught:
        resolve(desk.path, Home.at(desk.path / "nowhere"))
    return [f"{item['row']}: {item['message']}" for item in caught.value.details]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("min_sampel: 50", "1: no var has this name; found `min_sampel`"),
        ("\nrequalify_after_days: -1", "2: requalify_after_days is `-1`; expected a whole number"),
        ("min_sample: 0", "1: min_sample is `0`; expected a whole number at least 1"),
        ("min_sample: '50'", "1: min_sample is `50`; expected a whole number"),
        ("min_sample: true", "1: min_sample is `True`; expected a whole number"),
        ("min_sample: 50.5", "1: min_sample is `50.5`; expected a whole number"),
        ("min_sample: 50\nmin_sample: 60", "2: min_sample is set already"),
        ("tracking_started_at: last year", "1: tracking_started_at is `last year`; expected a mom"),
        ('tracking_started_at: "2026-01-01\'; drop table x"', "1: tracking_started_at is `2026-"),
        ("reporting_currency: EURO", "1: reporting_currency is `EURO`; expected three letters"),
        ("as_of: 2026-01-01", "1: no var has this name; found `as_of`"),
        ("- min_sample", "1: found no names with values"),
        ("min_sample: {", "1: no YAML"),
        ("min_sample:\t: 4: 5", "1: no YAML"),
    ],
)
def test_vars_that_are_unknown_or_out_of_range_are_refused_by_line(
    desk: Desk, text: str, said: str
) -> None:
    (found,) = vars_refused(desk, text)
    assert found.startswith(said)
    assert not (desk.path / "nowhere").exists()


def test_vars_of_a_folder_are_part_of_it(desk: Desk, tmp_path: Path) -> None:
    home, before = Home.at(tmp_path / "home"), fingerprint(desk.path)
    given = desk.path / "vars.yml"
    given.write_text("tracking_started_at: 2026-01-01\nrequalify_after_days: 14\n")
    complete = resolve(desk.path, home)
    assert variables(complete) == variables(desk.path) == {
        "tracking_started_at": "2026-01-01", "requalify_after_days": 14,
    }  # fmt: skip
    assert fingerprint(complete) == fingerprint(desk.path) != before
    given.unlink()
    assert variables(resolve(desk.path, home)) == {}
    assert fingerprint(desk.path) == before


def test_every_var_of_the_project_says_what_it_may_be_and_is_it_by_default() -> None:
    project = yaml.safe_load((PROJECT_DIR / "dbt_project.yml").read_text(encoding="utf-8"))
    defaults = {name: value for name, value in project["vars"].items() if name != "allowed_values"}
    assert project["vars"]["allowed_values"].keys() == defaults.keys() - {"as_of"}
    assert [refusal(name, defaults[name]) for name in allowed_values()] == [None] * len(
        allowed_values()
    )
