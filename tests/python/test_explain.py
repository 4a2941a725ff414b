"""The account statement of a score: it adds up, says why, and names nobody."""

import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from rich.console import Console

import account
from handoff import cli, lock
from handoff.errors import EngineError, LockedError, UsageError
from handoff.explain import explain, show, words
from handoff.explain.facts import Agreement, Entry, Limit, Rule, Source
from handoff.explain.limits import Balances

AXES = ("fit", "intent", "product")


def moment(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return account.built(tmp_path_factory.mktemp("account"))


@pytest.fixture
def run(capsys):
    """Call the command the way a shell does; returns exit code, stdout, stderr."""

    def called(*arguments):
        code = cli.main(["explain", *arguments])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return called


def bound(statement, at):
    """List the limits that bound on one day, as (level, name, bound, swallowed)."""
    return [
        (limit.level, limit.name, limit.bound, limit.swallowed)
        for line in statement.lines
        if line.at.startswith(at)
        for limit in line.limits
    ]


def gone(home, at):
    """Return what is scheduled to fade at a moment: (day, rule, points)."""
    fades = explain(home, "L-1", definition_id="new", at=moment(at)).fades
    return [(line.at[:10], line.rule_id, line.points) for line in fades]


# --- it adds up -----------------------------------------------------------------------------------


@pytest.mark.parametrize("at", ["2026-01-15", "2026-02-01 12:00", "2026-04-01", "2026-06-01"])
def test_at_every_instant_the_points_are_the_change_of_the_balance_and_what_limits_swallowed(
    home, at
):
    statement = explain(home, "L-1", definition_id="new", at=moment(at))
    before = dict.fromkeys(AXES, 0)
    lines = statement.lines + statement.fades
    for instant in dict.fromkeys(line.at for line in lines):
        here = [line for line in lines if line.at == instant]
        for axis in AXES:
            points = sum(line.points for line in here if line.axis == axis)
            kept_out = sum(b.swallowed for line in here if line.axis == axis for b in line.limits)
            after = getattr(here[-1].balance, axis)
            assert points == after - before[axis] + kept_out
            before[axis] = after


def test_the_balance_of_the_last_line_is_the_score(home):
    statement = explain(home, "L-1", definition_id="new")
    assert statement.lines[-1].balance == statement.scores
    assert (statement.scores.fit, statement.scores.intent) == (Decimal(30), Decimal(35))
    assert statement.scores.total == Decimal(65)
    assert statement.grades.combined == "B2"


HISTORY = "update intermediate.int_score_history set {} where scored_at = '{}'"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (HISTORY.format("intent_hundredths = 3501", "2026-03-26"), "intent is 35.00 .* 35.01"),
        (HISTORY.format("fit_hundredths = 3999", "2026-01-02"), "at 2026-01-02T00:00:00Z: fit"),
        (HISTORY.format("mql_criterion_id = 'both'", "2026-03-26"), "MQL criterion is hand_raise"),
        (HISTORY.format("mql_criterion_id = 'both'", "2026-05-25"), "cools 2026-05-25"),
        ("delete from intermediate.fct_score_ledger where source_id = 'e5'", "intent is"),
        ("update staging.stg_rule_groups set max_points = 39", "fit is 39.00 .* 40.00"),
        ("delete from staging.stg_event_rules where rule_id = 'unsubscribe'", "unsubscribe"),
    ],
)
def test_a_statement_that_does_not_add_up_is_not_printed(tmp_path, run, change, told):
    home = account.built(tmp_path, change)
    with pytest.raises(EngineError, match=told):
        explain(home, "L-1", definition_id="new")
    code, out, _ = run("L-1", "--definition-id", "new", "--home", str(tmp_path))
    assert (code, out) == (5, "")


# --- limits ---------------------------------------------------------------------------------------


def test_a_limit_is_named_by_its_level_with_what_it_swallowed(home):
    statement = explain(home, "L-1", definition_id="new")
    assert bound(statement, "2026-01-03") == [("rule", "visit", "highest", Decimal(10))]
    assert bound(statement, "2026-01-01") == [("group", "company", "highest", Decimal(10))]
    assert bound(statement, "2026-01-05") == [("axis", "intent", "highest", Decimal(20))]
    assert bound(statement, "2026-03-25") == [("axis", "intent", "lowest", Decimal(-15))]


def test_points_beyond_a_limit_soften_the_fall(home):
    statement = explain(home, "L-1", definition_id="new")
    assert bound(statement, "2026-01-12") == [("rule", "visit", "highest", Decimal(-10))]
    assert bound(statement, "2026-01-20") == [("group", "company", "highest", Decimal(-10))]
    fallen = next(line for line in statement.lines if line.kind == "reversal")
    assert (fallen.points, fallen.balance.fit) == (Decimal(-20), Decimal(30))


def test_limits_are_taken_by_rule_then_group_then_axis():
    rules = {
        name: Rule(name, "intent", "both", 50, Limit(highest=3000), None, None, "visit")
        for name in ("one", "two")
    }
    agreement = Agreement(
        rules, {("intent", "both"): Limit(highest=4000)}, {"intent": Limit(0, 3500)}, {}, (), ()
    )
    balances = Balances(agreement)
    entries = [
        Entry(moment("2026-01-01"), "credit", name, name, points)
        for name, points in [("one", 5000), ("two", 3500)]
    ]
    swallowed = [(s.place.level, s.place.name, s.hundredths) for s in balances.post(entries)]
    assert swallowed == [
        ("rule", "one", 2000),
        ("rule", "two", 500),
        ("group", "both", 2000),
        ("axis", "intent", 500),
    ]
    assert balances.scores()["intent"] == 3500


# --- what happened --------------------------------------------------------------------------------


def test_a_reset_says_what_reported_it_and_why_it_empties_the_axis(home):
    statement = explain(home, "L-1", definition_id="new")
    resets = [line for line in statement.lines if line.kind == "reset"]
    assert {line.happened for line in resets} == {"intent reset: status Recycled (recycled)"}
    assert {line.reason for line in resets} == {"Goes back with nothing"}
    assert sum(line.points for line in resets) == Decimal(-60)
    assert resets[-1].balance.intent == 0


def test_a_lost_opportunity_and_an_event_are_named_as_what_emptied_an_axis(tmp_path):
    change = "update intermediate.fct_score_ledger set source_id = '{}' where source_id = 'c1'"
    lost = account.built(
        tmp_path / "lost",
        change.format("o1"),
        "insert into staging.stg_opportunities values ('o1', 'L-1', '2026-02-01 12:00')",
        "update staging.stg_resets set trigger_value = 'lost'",
    )
    event = account.built(
        tmp_path / "event",
        change.format("e8"),
        "insert into staging.stg_events (event_id, occurred_at, event_type, lead_id)"
        " values ('e8', '2026-02-01 12:00', 'left', 'L-1')",
        "update staging.stg_resets set trigger_type = 'event', trigger_value = 'left'",
    )
    for home, said in [
        (lost, "opportunity lost"),
        (event, "event left"),
    ]:
        lines = explain(home, "L-1", definition_id="new").lines
        found = {(line.happened, line.reason) for line in lines if line.kind == "reset"}
        assert found == {(f"intent reset: {said}", "Goes back with nothing")}


def test_entries_say_what_they_stand_for(home):
    said = [(line.kind, line.happened) for line in explain(home, "L-1", definition_id="new").lines]
    assert ("credit", "employee_count at_least 200 (lead version 1)") in said
    assert ("reversal", "no longer job_title contains vp (was lead version 1)") in said
    assert ("credit", "pricing_view (page /pricing)") in said
    assert ("decay", "pricing_view (page /pricing) of 2026-01-02 is 10 days old") in said


def test_what_became_known_late_says_when_it_happened():
    rule = Rule("visit", "intent", None, 20, Limit(), None, None, "pricing_view")
    entry = Entry(moment("2026-01-05"), "credit", "visit", "e1", 2000)
    source = Source("event", "pricing_view", moment("2026-01-02 09:30"))
    agreement = Agreement({"visit": rule}, {}, {}, {}, (), ())
    assert words.happened(entry, agreement, source) == (
        "pricing_view, happened 2026-01-02 09:30, known only now"
    )


def test_a_derived_event_is_told_by_the_event_it_came_from(tmp_path):
    home = account.built(
        tmp_path,
        "update intermediate.fct_score_ledger set source_id = 'streak:e4' where source_id = 'e4'",
        'update staging.stg_events set properties = \'{"email_id": "m-4"}\''
        " where event_id = 'e4'",
    )
    lines = explain(home, "L-1", definition_id="new").lines
    assert "pricing_view (email_id m-4)" in [line.happened for line in lines]


def test_nobody_is_named(home, run):
    for flags in ([], ["--json"]):
        code, out, err = run("L-1", "--home", str(home.path), *flags)
        assert code == 0
        for personal in ("Jan Doe", "jan.doe", "@"):
            assert personal not in out + err


def test_control_sequences_and_addresses_in_data_are_taken_out():
    assert words.shown("\x1b[31mred\x1b[0m\x07 \u202e\x9b2Jend") == "red end"
    assert words.shown("line\nbreak") == "line break"
    assert words.shown("for jan.doe@mail.example") == "for <e-mail>"


# --- T --------------------------------------------------------------------------------------------


def test_at_a_past_moment_nothing_later_is_known(home):
    statement = explain(home, "L-1", definition_id="new", at=moment("2026-01-15"))
    assert statement.lines[-1].at == "2026-01-13T00:00:00Z"
    assert (statement.scores.fit, statement.scores.intent) == (Decimal(40), Decimal(60))
    # the title that a later version loses still counts
    assert statement.grades.fit == "A"
    assert [(stage.cycle, stage.stage) for stage in statement.stages] == [(1, "lead"), (1, "mql")]
    assert {stage.cycle_outcome for stage in statement.stages} == {None}


def test_fades_that_a_later_reset_replaced_are_shown_as_they_were_scheduled(home):
    assert gone(home, "2026-01-15") == [
        ("2026-02-01", "visit", Decimal(-10)),
        ("2026-02-02", "visit", Decimal(-10)),
        ("2026-03-06", "demo", Decimal(-50)),
    ]
    statement = explain(home, "L-1", definition_id="new", at=moment("2026-01-15"))
    assert statement.mql.cools_at == "2026-03-06T00:00:00Z"
    assert any("2026-02-01T12:00:00Z" in note and "reset" in note for note in statement.notes)


def test_from_a_reset_on_its_axis_has_nothing_left_to_fade(home):
    assert gone(home, "2026-02-01 12:00") == []
    assert gone(home, "2026-02-01 11:59") != []


def test_at_a_future_moment_scheduled_fades_are_applied_and_no_act_is_assumed(home):
    statement = explain(home, "L-1", at=moment("2026-04-10"))
    assert statement.scores.intent == Decimal(25)
    assert statement.lines[-1].kind == "decay"
    assert gone(home, "2026-04-10") == [("2026-05-25", "demo", Decimal(-50))]
    assert any("no new act is assumed" in note for note in statement.notes)
    cold = explain(home, "L-1", at=moment("2026-05-25"))
    assert (cold.mql.holds, cold.mql.cools_at) == (False, None)


def test_t_is_the_last_builds_as_of_unless_said(home):
    statement = explain(home, "L-1")
    assert statement.at == statement.as_of == "2026-04-01T00:00:00Z"


def test_before_the_lead_was_created_there_is_nothing_and_no_grade(home):
    statement = explain(home, "L-1", definition_id="new", at=moment("2025-12-31"))
    assert (statement.lines, statement.stages, statement.grades.combined) == ([], [], None)
    assert any("only created" in note for note in statement.notes)


# --- definitions and criteria ---------------------------------------------------------------------


def test_the_definition_is_the_one_official_at_t_unless_named(home):
    assert explain(home, "L-1").definition.definition_id == "new"
    then = explain(home, "L-1", at=moment("2026-02-28"))
    assert (then.definition.definition_id, then.scores.intent) == ("old", Decimal(20))
    assert explain(home, "L-1", at=moment("2026-03-01")).definition.definition_id == "new"
    shadow = explain(home, "L-1", definition_id="old")
    assert (shadow.definition.is_official_at, shadow.scores.intent) == (False, Decimal(30))


def test_stages_name_the_definition_and_criterion_that_were_met_with_frozen_scores(home):
    entered = [stage for stage in explain(home, "L-1").stages if stage.stage == "mql"]
    assert [(s.cycle, s.definition_id, s.criterion_id, s.reason) for s in entered] == [
        (1, "old", "twenty", "The old bar"),
        (2, "new", "hand_raise", "Asked and fits"),
    ]
    assert (entered[1].fit_score, entered[1].intent_score) == (Decimal(30), Decimal(35))
    assert (entered[1].fit_grade, entered[1].intent_grade) == ("B", "2")
    assert (entered[0].cycle_outcome, entered[1].cycle_outcome) == ("recycled", None)


def test_the_condition_says_since_when_by_what_and_until_when(home):
    mql = explain(home, "L-1").mql
    assert (mql.holds, mql.criterion_id, mql.cools_at) == (
        True,
        "hand_raise",
        "2026-05-25T00:00:00Z",
    )
    assert mql.first_qualified_at == "2026-01-05T00:00:00Z"


# --- what cannot be answered ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lead", "told"),
    [
        ("L-3", "There is no lead L-3. Nearest: L-1."),
        ("L-7", "1 of its events wait"),
        ("L-2", "is deleted"),
        ("L-9", "was created at 2026-05-01T00:00:00Z"),
        ("L-8", "loaded after the last build"),
        ("' or 1=1 --", "There is no lead"),
    ],
)
def test_a_lead_that_cannot_be_explained_is_exit_2_and_says_why(home, run, lead, told):
    code, out, err = run(lead, "--home", str(home.path))
    assert (code, out) == (2, "")
    assert told in err


def test_the_nearest_id_is_not_named_if_it_is_an_address(home, run):
    _, _, err = run("jan.doe@mail.exampl", "--home", str(home.path))
    assert "There is no lead" in err
    assert "jan.doe" not in err


def test_an_unknown_definition_names_the_known_ones(home, run):
    code, _, err = run("L-1", "--definition-id", "newer", "--home", str(home.path))
    assert code == 2
    assert "known: new, old" in err


def test_a_moment_at_which_nothing_is_official_asks_for_a_definition(tmp_path):
    home = account.built(tmp_path, "update staging.stg_definitions set is_official = false")
    with pytest.raises(UsageError, match=r"No definition is official.*new, old"):
        explain(home, "L-1")


@pytest.mark.parametrize("change", [None, "drop table intermediate.fct_score_ledger"])
def test_without_a_built_warehouse_it_says_what_to_run(tmp_path, run, change):
    if change:
        account.built(tmp_path, change)
    code, _, err = run("L-1", "--home", str(tmp_path))
    assert code == 2
    assert "run `handoff refresh`" in err


def test_while_a_refresh_holds_the_lock_it_waits_for_nobody(home):
    with (
        lock.hold(home, command="refresh", run_id="run-1"),
        pytest.raises(LockedError, match="handoff refresh"),
    ):
        explain(home, "L-1")


def test_a_moment_that_is_none_is_exit_2(home, run):
    code, _, err = run("L-1", "--at", "tomorrow", "--home", str(home.path))
    assert code == 2
    assert "--at is 'tomorrow'" in err


# --- how it is printed ----------------------------------------------------------------------------

KEYS = {
    "lead_id", "created_at", "at", "as_of", "definition", "scores", "grades", "mql", "lines",
    "fades", "stages", "notes",
}  # fmt: skip
LINE_KEYS = {
    "at", "kind", "happened", "axis", "group_id", "rule_id", "reason", "source_id", "points",
    "balance", "limits",
}  # fmt: skip


def test_the_json_has_stable_keys_numbers_and_utc_times(home, run):
    code, out, err = run("L-1", "--json", "--home", str(home.path))
    assert (code, err) == (0, "")
    found = json.loads(out)
    assert set(found) == KEYS
    assert all(set(line) == LINE_KEYS for line in found["lines"] + found["fades"])
    assert found["scores"] == {"fit": 30.0, "intent": 35.0, "product": 0.0, "total": 65.0}
    assert found["lines"][-1]["balance"] == found["scores"]
    assert found["lines"][0]["at"] == "2026-01-01T00:00:00Z"
    assert found["lines"][1]["limits"] == [
        {
            "level": "group",
            "name": "company",
            "bound": "highest",
            "limit": 40.0,
            "swallowed": 10.0,
            "balance": 50.0,
            "held": 40.0,
        }
    ]
    assert set(found["mql"]) >= {"holds", "criterion_id", "cools_at", "first_qualified_at"}


def test_the_command_prints_plain_text_on_stdout_and_cuts_no_number(home, run, monkeypatch):
    monkeypatch.setenv("COLUMNS", "20")
    code, out, err = run("L-1", "--home", str(home.path))
    assert (code, err) == (0, "")
    assert "\x1b" not in out
    assert "Fit 30.00 + intent 35.00 = total 65.00" in out
    line = next(text for text in out.splitlines() if text.startswith("2026-01-05"))
    for part in ("demo_request", "Asked to see it", "+50.00", "40.00", "60.00", "+20.00"):
        assert part in line


def test_a_narrow_terminal_wraps_words_and_cuts_no_number(home, capsys, monkeypatch):
    narrow = {"width": 60, "force_terminal": True, "color_system": None}
    monkeypatch.setattr(show, "Console", lambda **given: Console(**(narrow | given)))
    show.show(explain(home, "L-1", definition_id="new"))
    line = next(x for x in capsys.readouterr().out.splitlines() if x.startswith("2026-01-05"))
    for number in ("+50.00", "40.00", "60.00"):
        assert number in line
