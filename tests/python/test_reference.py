"""The reference says what scoring.md says, sentence by sentence, on examples worked by hand."""

from decimal import Decimal

import pytest

from reference.answer import answer
from reference.byhand import (
    account,
    credited,
    criterion,
    day,
    event,
    fit,
    lead,
    on,
    opportunity,
    score,
    small,
    statement,
    status,
    steps,
    visits,
)
from reference.values import Condition, as_text, json_value

FADE = steps((30, 50), (60, 0))


def known(world) -> dict[str, tuple[str, float]]:
    """Every known event: whose, known on which day."""
    return {key: (one.lead_id, day(one.known_at)) for key, one in answer(world).events.items()}


# --- From event to known event -------------------------------------------------------------------


def test_an_event_with_a_lead_id_is_that_leads_and_known_when_it_happens():
    assert known(small(lead(), event("e", 5))) == {"e": ("L", 5)}


def test_an_event_before_the_lead_was_created_is_known_at_creation():
    assert known(small(lead(created=7), event("e", 5))) == {"e": ("L", 7)}


def test_an_anonymous_event_is_of_the_last_identification_at_or_before_it():
    world = small(
        lead(),
        lead(lead_id="M"),
        event("i1", 1, lead_id="M", anonymous_id="a"),
        event("i2", 2, lead_id="L", anonymous_id="a"),
        event("at", 2, anonymous_id="a"),
        event("i3", 3, lead_id="M", anonymous_id="a"),
    )
    assert known(world)["at"] == ("L", 2)


def test_an_anonymous_event_without_an_earlier_identification_takes_the_first_after_it():
    world = small(
        lead(),
        lead(lead_id="M"),
        event("before", 1, anonymous_id="a"),
        event("i1", 4, lead_id="L", anonymous_id="a"),
        event("i2", 5, lead_id="M", anonymous_id="a"),
    )
    assert known(world)["before"] == ("L", 4)


def test_of_several_identifications_at_one_instant_the_smallest_event_id_speaks():
    world = small(
        lead(),
        lead(lead_id="M"),
        event("i2", 4, lead_id="M", anonymous_id="a"),
        event("i10", 4, lead_id="L", anonymous_id="a"),
        event("before", 1, anonymous_id="a"),
        event("after", 9, anonymous_id="a"),
    )
    assert {key: whose for key, (whose, _) in known(world).items()} == {
        "i2": "M",
        "i10": "L",
        "before": "L",
        "after": "L",
    }


def test_an_anonymous_event_without_any_identification_stays_anonymous():
    assert known(small(lead(), event("e", 1, anonymous_id="a"))) == {}


def test_anonymous_ids_are_compared_exactly():
    world = small(
        lead(), event("i", 1, lead_id="L", anonymous_id="A"), event("e", 2, anonymous_id="a")
    )
    assert "e" not in known(world)


def test_an_identification_counts_where_its_lead_has_not_arrived():
    world = small(
        lead(),
        event("i1", 1, lead_id="not here", anonymous_id="a"),
        event("i2", 3, lead_id="L", anonymous_id="a"),
        event("e", 2, anonymous_id="a"),
    )
    assert set(known(world)) == {"i2"}


def test_known_at_is_the_latest_of_occurrence_identification_and_creation():
    world = small(
        lead(created=6),
        event("e", 1, anonymous_id="a"),
        event("i", 4, lead_id="L", anonymous_id="a"),
    )
    assert known(world) == {"e": ("L", 6), "i": ("L", 6)}


def test_points_are_credited_at_known_at_and_age_from_occurred_at():
    world = small(
        lead(),
        event("e", 1, anonymous_id="a"),
        event("i", 40, "form", lead_id="L", anonymous_id="a"),
        event_rules=[visits(decay_id="fade")],
        decay_schedules=FADE,
    )
    assert statement(world) == [(40, "credit", 5), (61, "decay", -5)]


def test_what_is_dated_after_as_of_is_not_seen():
    rows = [lead(updated=0), event("now", 5), event("later", 5.5), status(6, "rejected")]
    late = lead(updated=6, industry="software")
    world = small(*rows, late, as_of=5, event_rules=[visits()], fit_rules=[fit()])
    assert known(world) == {"now": ("L", 5)}
    assert score(world, "fit") == 0
    assert answer(world).leads["L"].current_stage == "lead"


def test_a_lead_created_after_as_of_is_not_seen():
    assert answer(small(lead(created=6), as_of=5)).leads == {}


def test_an_identification_after_as_of_is_not_seen():
    rows = [lead(), event("e", 1, anonymous_id="a"), event("i", 6, lead_id="L", anonymous_id="a")]
    assert known(small(*rows, as_of=5)) == {}
    assert set(known(small(*rows, as_of=6))) == {"e", "i"}


def test_a_lead_whose_latest_version_is_deleted_leaves_and_comes_back():
    rows = [lead(updated=0), lead(updated=2, is_deleted=True), lead(updated=4, is_deleted=False)]
    seen = [set(answer(small(*rows, as_of=at)).leads) for at in (1, 2, 3, 4)]
    assert seen == [{"L"}, set(), set(), {"L"}]


# --- One key, one row -----------------------------------------------------------------------------


def test_one_event_id_is_one_event_and_the_earliest_stands():
    world = small(lead(), event("e", 3), event("e", 2), event("e", 2), event_rules=[visits()])
    assert statement(world) == [(2, "credit", 10)]


def test_of_two_payloads_at_one_time_content_in_contract_order_decides_blank_last():
    rows = [
        event("e", 2, page_url="b", value=Decimal(1)),
        event("e", 2, page_url="a", value=Decimal(9)),
        event("e", 2, value=Decimal(0)),
    ]
    for first in (rows, rows[::-1]):
        assert answer(small(lead(), *first)).events["e"].value("value") == "9"


def test_text_orders_by_bytes_and_numbers_by_value():
    by_text = answer(small(lead(), event("e", 2, page_url="a"), event("e", 2, page_url="Z")))
    by_number = answer(
        small(lead(), event("e", 2, value=Decimal(10)), event("e", 2, value=Decimal(9)))
    )
    assert by_text.events["e"].value("page_url") == "Z"
    assert by_number.events["e"].value("value") == "9"


def test_a_payload_after_as_of_does_not_displace_one_before_it():
    rows = [lead(), event("e", 2, lead_id="L"), event("e", 8, lead_id="L")]
    assert known(small(*rows, as_of=5)) == {"e": ("L", 2)}


def test_one_opportunity_id_stands_as_won_then_lost_then_open():
    won, lost, still = (
        opportunity("o", 1, 5, True),
        opportunity("o", 1, 3, False),
        opportunity("o", 1),
    )
    stage = [
        answer(small(lead(), *rows)).leads["L"].current_stage
        for rows in ([still, lost, won], [lost, still], [still])
    ]
    assert stage == ["customer", "lost", "opportunity"]


def test_an_opportunity_closed_after_as_of_is_open():
    world = small(lead(), opportunity("o", 1, 9, False), as_of=5)
    assert answer(world).leads["L"].current_stage == "opportunity"


# --- Operators ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("operator", "asked", "yes", "no"),
    [
        ("equals", "Software", [" SOFTWARE ", "software"], ["soft ware", "softwares"]),
        ("not_equals", "a", ["b", None], [" A "]),
        ("in", "a| B |c", ["b", "C "], ["a|b", "d", None]),
        ("not_in", "a|b", ["c", None], ["A", "b "]),
        ("contains", "VP", ["evp sales", "Vp"], ["v p", None]),
        ("contains", "100%_", ["it is 100%_ so"], ["100 percent", "1000x"]),
        ("starts_with", "head", ["Head of Ops", " headless"], ["ahead", None]),
        ("ends_with", ".IO", ["acme.io ", "x.Io"], ["io", None]),
        (
            "at_least",
            "10",
            ["10", "10.0", "+11", "010"],
            ["9.99", "ten", "1e3", ".5", "1,000", None],
        ),
        ("at_least", "-0.5", ["-0.5", "0", "-0.25"], ["-0.51"]),
        ("at_most", "10", ["10", "-1"], ["10.0001", "", "n/a", None]),
        ("between", "2|4", ["2", "3.5", "4"], ["1.999", "4.001", "x", None]),
        ("is_present", None, ["x", "null"], [None]),
        ("is_missing", None, [None], ["x", "0"]),
        ("always", None, ["x", None], []),
    ],
)
def test_an_operator_holds_of_these_and_not_of_those(operator, asked, yes, no):
    condition = Condition("name", operator, asked)
    found = {text: condition.holds(as_text(text)) for text in yes + no}
    assert found == {**dict.fromkeys(yes, True), **dict.fromkeys(no, False)}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("1000.0000"), "1000"),
        (Decimal("0.5000"), "0.5"),
        (Decimal("-0.00"), "0"),
        (Decimal("1E+3"), "1000"),
        (250, "250"),
        (True, "true"),
        (False, "false"),
        (on(1.5), "2026-01-02 12:00:00"),
        ("  x ", "x"),
        ("   ", None),
        (None, None),
    ],
)
def test_a_column_as_text(value, text):
    assert as_text(value) == text


@pytest.mark.parametrize(
    ("document", "text"),
    [
        ('{"k": "Ab "}', "Ab"),
        ('{"k": 12}', "12"),
        ('{"k": true}', "true"),
        ('{"k": null}', None),
        ('{"k": "  "}', None),
        ('{"k": "null"}', "null"),
        ('{"other": 1}', None),
        (None, None),
    ],
)
def test_a_json_value_as_text(document, text):
    assert json_value(document, "k") == text


def test_a_json_key_is_a_name_and_never_a_path():
    assert json_value('{"plan": {"type": "x"}, "plan.type": "y"}', "plan.type") == "y"
    assert json_value('{"plan": {"type": "x"}}', "plan.type") is None


def test_a_contract_column_hides_a_json_key_of_its_name():
    rule = visits(property="utm_source", operator="is_present")
    world = small(lead(), event("e", 1, properties='{"utm_source": "x"}'), event_rules=[rule])
    assert statement(world) == []


def test_event_types_match_trimmed_and_case_sensitively():
    rows = [event("e1", 1, "visit"), event("e2", 1, " visit "), event("e3", 1, "Visit")]
    assert credited(small(lead(), *rows, event_rules=[visits()])) == ["e1", "e2"]


def test_a_rule_has_at_most_one_condition_and_without_one_matches_every_event_of_its_type():
    rule = visits(property="asset", operator="equals", value="ebook")
    rows = [
        event("e1", 1, properties='{"asset": "Ebook"}'),
        event("e2", 1),
        event("e3", 1, "other"),
    ]
    assert credited(small(lead(), *rows, event_rules=[rule])) == ["e1"]
    assert credited(small(lead(), *rows, event_rules=[visits()])) == ["e1", "e2"]


# --- distinct_by, min_count, limit_count ----------------------------------------------------------


def booth(event_id: str, at: float, session: str | None, **columns) -> tuple:
    """A visit that may name a session."""
    properties = None if session is None else f'{{"session": "{session}"}}'
    return event(event_id, at, properties=properties, **columns)


def test_distinct_by_counts_only_the_first_match_of_each_value_and_none_without_it():
    rows = [booth("e1", 1, "A"), booth("e2", 2, " a "), booth("e3", 3, "b"), booth("e4", 4, None)]
    rule = visits(distinct_by="session")
    assert credited(small(lead(), *rows, event_rules=[rule])) == ["e1", "e3"]


def test_matches_are_taken_by_known_at_then_occurred_at_then_event_id():
    rule = visits(limit_count="2", limit_period="ever")
    rows = [
        event("e0", 1, anonymous_id="a"),  # earliest to happen, last to be known
        event("e9", 3),
        event("e8", 3),
        event("e10", 3),
        event("i", 5, "form", lead_id="L", anonymous_id="a"),
    ]
    assert credited(small(lead(), *rows, event_rules=[rule])) == ["e10", "e8"]


def test_known_together_the_earlier_to_happen_is_taken_first():
    rule = visits(limit_count="1", limit_period="ever")
    rows = [event("e1", 2), event("e2", 1)]
    assert credited(small(lead(created=5), *rows, event_rules=[rule])) == ["e2"]


def test_what_becomes_known_later_never_displaces_what_was_credited_before():
    rule = visits(limit_count="1", limit_period="ever")
    rows = [event("e1", 3), event("e0", 1, anonymous_id="a")]
    late = event("i", 9, "form", lead_id="L", anonymous_id="a")
    assert credited(small(lead(), *rows, late, event_rules=[rule])) == ["e1"]


def test_min_count_counts_from_the_nth_match_on():
    rule = visits(min_count="3")
    rows = [event(f"e{place}", place * 50) for place in range(1, 6)]
    assert credited(small(lead(), *rows, event_rules=[rule])) == ["e3", "e4", "e5"]


def test_within_days_is_open_at_its_far_end():
    rule = visits(min_count="2", within_days="7")
    rows = [event("e1", 0), event("e2", 7), event("e3", 13.99)]
    assert credited(small(lead(), *rows, event_rules=[rule])) == ["e3"]


def test_min_count_looks_back_in_matching_order_not_in_order_of_happening():
    rule = visits(min_count="2", within_days="1")
    rows = [
        event("known first", 10),
        event("long ago", 1, anonymous_id="a"),
        event("i", 12, "form", lead_id="L", anonymous_id="a"),
    ]
    assert credited(small(lead(), *rows, event_rules=[rule])) == ["long ago"]


def test_min_count_is_asked_of_what_distinct_by_left():
    rule = visits(distinct_by="session", min_count="2")
    rows = [booth("e1", 1, "a"), booth("e2", 2, "a"), booth("e3", 3, "b")]
    assert credited(small(lead(), *rows, event_rules=[rule])) == ["e3"]


def test_the_limit_is_asked_of_what_min_count_left():
    rule = visits(min_count="2", limit_count="1", limit_period="ever")
    rows = [event("e1", 1), event("e2", 2), event("e3", 3)]
    assert credited(small(lead(), *rows, event_rules=[rule])) == ["e2"]


@pytest.mark.parametrize(
    ("period", "kept"),
    [  # day 0 is a Thursday, day 4 a Monday, day 31 the first of February
        ("day", ["e1", "e3", "e4", "e5", "e6"]),
        ("week", ["e1", "e4", "e5"]),
        ("month", ["e1", "e6"]),
        ("ever", ["e1"]),
    ],
)
def test_limit_count_is_per_period_of_occurrence(period, kept):
    days = {"e1": 0.1, "e2": 0.9, "e3": 3, "e4": 4, "e5": 29, "e6": 31}
    rule = visits(limit_count="1", limit_period=period)
    world = small(lead(), *(event(*pair) for pair in days.items()), event_rules=[rule])
    assert credited(world) == kept


def test_the_limit_counts_matches_whose_credit_has_faded_when_it_becomes_known():
    rule = visits(limit_count="1", limit_period="ever", decay_id="fade")
    rows = [event("faded", 0), event("fresh", 100)]
    world = small(lead(created=90), *rows, event_rules=[rule], decay_schedules=FADE)
    assert statement(world) == []


def test_a_reset_starts_the_counts_anew_for_what_is_known_after_it():
    resets = [
        {"definition_id": "d", "trigger_type": "event", "trigger_value": "stop", "axis": "intent"}
    ]
    rule = visits(distinct_by="session", limit_count="1", limit_period="ever")
    rows = [
        booth("e1", 1, "a"),
        event("r", 3, "stop"),
        booth("at the reset", 3, "b"),
        booth("e2", 4, "a"),
        booth("e3", 5, "b"),
    ]
    world = small(lead(), *rows, event_rules=[rule], resets=resets)
    assert statement(world) == [(1, "credit", 10), (3, "reset", -10), (4, "credit", 10)]


def test_min_count_is_counted_anew_after_a_reset():
    resets = [
        {"definition_id": "d", "trigger_type": "event", "trigger_value": "stop", "axis": "intent"}
    ]
    rows = [event("e1", 1), event("r", 2, "stop"), event("e2", 3), event("e3", 4)]
    world = small(lead(), *rows, event_rules=[visits(min_count="2")], resets=resets)
    assert credited(world) == ["e3"]


# --- Fit ------------------------------------------------------------------------------------------


def test_fit_is_credited_when_a_matching_version_begins_and_reversed_by_one_that_does_not_match():
    rows = [
        lead(updated=0, industry="retail"),
        lead(updated=5, industry="Software"),
        lead(updated=8, industry="software "),
        lead(updated=9, industry="retail"),
        lead(updated=12, industry="software"),
    ]
    assert statement(small(*rows, fit_rules=[fit()])) == [
        (5, "credit", 30),
        (9, "reversal", -30),
        (12, "credit", 30),
    ]


def test_the_first_version_holds_from_creation_whenever_it_was_written():
    for updated in (None, 3, 600):
        world = small(lead(created=2, updated=updated, industry="software"), fit_rules=[fit()])
        assert statement(world) == [(2, "credit", 30)]


def test_a_version_never_holds_before_creation_and_the_last_of_several_beginning_at_once_holds():
    rows = [
        lead(created=10, updated=1, industry="software"),
        lead(created=10, updated=2, industry="retail"),
        lead(created=10, updated=3, industry="software"),
        lead(created=10, updated=4, industry="finance"),
    ]
    assert statement(small(*rows, fit_rules=[fit()])) == []


def test_created_at_is_that_of_the_first_version():
    rows = [lead(created=3, updated=5), lead(created=1, updated=9)]
    assert day(answer(small(*rows)).leads["L"].created_at) == 3


def test_a_version_without_updated_at_is_of_the_moment_its_file_was_loaded():
    rows = [lead(updated=0), lead(loaded=7, industry="software")]
    assert statement(small(*rows, fit_rules=[fit()])) == [(7, "credit", 30)]
    assert statement(small(*rows, fit_rules=[fit()], as_of=6)) == []


def test_accounts_have_versions_and_the_first_holds_from_the_beginning():
    target = fit(attribute="account.is_target_account", value="true")
    rows = [
        lead(created=5, company_domain="Acme.com "),
        account("acme.com", updated=50, is_target_account=True),
        account("ACME.com", updated=60, is_target_account=False),
        account("acme.com", updated=70, is_target_account=True),
    ]
    assert statement(small(*rows, fit_rules=[target])) == [
        (5, "credit", 30),
        (60, "reversal", -30),
        (70, "credit", 30),
    ]


def test_a_lead_that_changes_company_changes_account():
    target = fit(attribute="account.account_tier", value="1")
    rows = [
        lead(updated=0, company_domain="acme.com"),
        lead(updated=4, company_domain="other.com"),
        lead(updated=6),
        account("acme.com", account_tier="2"),
        account("other.com", account_tier="1"),
    ]
    assert statement(small(*rows, fit_rules=[target])) == [(4, "credit", 30), (6, "reversal", -30)]


def test_unbroken_matches_are_one_credit_across_lead_and_account_versions():
    rows = [
        lead(updated=0, company_domain="acme.com", industry="software"),
        lead(updated=3, company_domain="acme.com", industry="software"),
        account("acme.com", updated=1),
        account("acme.com", updated=5, country="DE"),
    ]
    assert statement(small(*rows, fit_rules=[fit()])) == [(0, "credit", 30)]


def test_an_unknown_attribute_earns_nothing_but_through_an_operator_that_matches_missing():
    rules = [fit(), fit(rule_id="none", operator="is_missing", value=None, points="5")]
    world = small(lead(), fit_rules=rules)
    assert statement(world, "software") == []
    assert statement(world, "none") == [(0, "credit", 5)]


@pytest.mark.parametrize(
    ("versions", "evidence"),
    [
        ([lead(updated=0, industry="retail")], True),
        ([lead(updated=0, industry="  ")], False),
        ([lead(updated=0, industry="retail"), lead(updated=3)], False),
    ],
)
def test_has_fit_evidence_says_whether_any_named_attribute_is_known_now(versions, evidence):
    found = answer(small(*versions, fit_rules=[fit()])).scores["d", "L"]
    assert (found.has_fit_evidence, found.fit_score) == (evidence, 0)


# --- From credit to entries -----------------------------------------------------------------------


def test_a_credit_fades_by_its_schedule_counted_from_occurrence():
    world = small(
        lead(), event("e", 4), event_rules=[visits(decay_id="fade")], decay_schedules=FADE
    )
    assert statement(world) == [(4, "credit", 10), (34, "decay", -5), (64, "decay", -5)]


def test_entries_are_exact_to_the_hundredth():
    world = small(
        lead(),
        event("e", 4),
        event_rules=[visits(points="7", decay_id="fade")],
        decay_schedules=steps((1, 33), (2, 32), (3, 32)),
    )
    assert [one.points for one in answer(world).ledger] == [700, -469, -7]


def test_a_credit_known_late_begins_with_what_is_left_and_a_step_at_that_instant_has_been_taken():
    rule = visits(decay_id="fade")
    late = [(29, [(29, "credit", 10), (30, "decay", -5), (60, "decay", -5)])]
    late += [(30, [(30, "credit", 5), (60, "decay", -5)]), (60, []), (90, [])]
    for created, entries in late:
        rows = [lead(created=created), event("e", 0)]
        assert statement(small(*rows, event_rules=[rule], decay_schedules=FADE)) == entries


def test_a_schedule_may_begin_at_once():
    world = small(
        lead(),
        event("e", 4),
        event_rules=[visits(decay_id="fade")],
        decay_schedules=steps((0, 80), (10, 0)),
    )
    assert statement(world) == [(4, "credit", 8), (14, "decay", -8)]


def test_negative_points_fade_too():
    world = small(
        lead(),
        event("e", 4),
        event_rules=[visits(points="-10", decay_id="fade")],
        decay_schedules=FADE,
    )
    assert statement(world) == [(4, "credit", -10), (34, "decay", 5), (64, "decay", 5)]


def test_a_rule_of_no_points_writes_nothing():
    world = small(lead(), event("e", 1), event_rules=[visits(points="0")])
    assert statement(world) == []


def test_the_ledger_holds_the_future_decays_whatever_as_of_is():
    rows = [lead(), event("e", 4)]
    seeds = {"event_rules": [visits(decay_id="fade")], "decay_schedules": FADE}
    assert statement(small(*rows, as_of=5, **seeds)) == statement(small(*rows, as_of=99, **seeds))


def intent_reset(trigger_type: str, value: str, axis: str = "intent") -> list[dict]:
    """One row of resets.csv."""
    trigger = {"trigger_type": trigger_type, "trigger_value": value}
    return [{"definition_id": "d", **trigger, "axis": axis}]


@pytest.mark.parametrize(
    ("reset", "trigger"),
    [
        (intent_reset("status", "On Hold "), status(20, "on hold")),
        (intent_reset("outcome", "recycled"), status(20, " Recycled")),
        (intent_reset("outcome", "lost"), opportunity("o", 1, 20, False)),
        (intent_reset("event", "unsubscribe"), event("u", 20, "unsubscribe")),
    ],
)
def test_a_reset_takes_out_what_is_held_and_what_was_still_to_fade(reset, trigger):
    world = small(
        lead(),
        trigger,
        event("e1", 1),
        event("e2", 2),
        event("e3", 21),
        event_rules=[visits(decay_id="fade")],
        decay_schedules=steps((10, 50), (40, 0)),
        resets=reset,
    )
    assert statement(world) == [
        (1, "credit", 10),
        (2, "credit", 10),
        (11, "decay", -5),
        (12, "decay", -5),
        (20, "reset", -10),
        (21, "credit", 10),
        (31, "decay", -5),
        (61, "decay", -5),
    ]


def test_a_credit_at_the_reset_itself_leaves_nothing():
    rows = [lead(), event("e", 20), event("u", 20, "unsubscribe")]
    reset = intent_reset("event", "unsubscribe")
    assert statement(small(*rows, event_rules=[visits()], resets=reset)) == []


def test_an_event_resets_when_it_becomes_known():
    rows = [
        lead(),
        event("e", 5),
        event("u", 1, "unsubscribe", anonymous_id="a"),
        event("i", 9, "form", lead_id="L", anonymous_id="a"),
    ]
    world = small(*rows, event_rules=[visits()], resets=intent_reset("event", "unsubscribe"))
    assert statement(world) == [(5, "credit", 10), (9, "reset", -10)]


def test_a_reset_empties_only_its_own_axis():
    rules = [visits(), visits(rule_id="use", axis="product")]
    rows = [lead(), event("e", 1), event("u", 2, "unsubscribe")]
    world = small(*rows, event_rules=rules, resets=intent_reset("event", "unsubscribe", "product"))
    assert (score(world, "intent"), score(world, "product")) == (10, 0)


def test_a_second_reset_of_an_empty_axis_writes_nothing():
    rows = [lead(), event("e", 1), event("u", 2, "unsubscribe"), event("v", 3, "unsubscribe")]
    world = small(*rows, event_rules=[visits()], resets=intent_reset("event", "unsubscribe"))
    assert statement(world) == [(1, "credit", 10), (2, "reset", -10)]


def test_a_reset_writes_one_entry_a_rule_and_gives_negative_points_back():
    rules = [visits(), visits(rule_id="minus", points="-3")]
    rows = [lead(), event("e1", 1), event("e2", 2), event("u", 3, "unsubscribe")]
    world = small(*rows, event_rules=rules, resets=intent_reset("event", "unsubscribe"))
    assert statement(world)[-2:] == [(3, "reset", -20), (3, "reset", 6)]


def test_a_fit_rule_that_goes_on_matching_is_not_credited_again_until_a_version_newly_matches():
    rows = [
        lead(updated=0, industry="software"),
        status(2, "recycled"),
        lead(updated=4, industry="software", country="DE"),
        lead(updated=6, industry="retail"),
        lead(updated=8, industry="software"),
    ]
    world = small(*rows, fit_rules=[fit()], resets=intent_reset("outcome", "recycled", "fit"))
    assert statement(world) == [(0, "credit", 30), (2, "reset", -30), (8, "credit", 30)]


def test_a_loss_beside_an_open_opportunity_resets_nothing():
    rows = [lead(), event("e", 1), opportunity("o", 2, 5, False), opportunity("p", 3)]
    world = small(*rows, event_rules=[visits()], resets=intent_reset("outcome", "lost"))
    assert score(world, "intent") == 10


# --- From entries to scores -----------------------------------------------------------------------


def test_a_limit_binds_on_what_is_held_now_so_visits_fill_up_again_as_old_ones_fade():
    rule = visits(max_points="30", decay_id="fade")
    rows = [event(f"e{place}", place) for place in range(5)]
    seeds = {"event_rules": [rule], "decay_schedules": steps((30, 0))}
    held = [score(small(lead(), *rows, as_of=at, **seeds), "intent") for at in (2, 4, 31, 32, 34)]
    assert held == [30, 30, 30, 20, 0]


def test_a_rule_is_held_within_plus_and_minus_its_limit():
    rules = [visits(), visits(rule_id="minus", event_type="bad", points="-10", max_points="15")]
    rows = [event(f"e{place}", 1) for place in range(5)]
    rows += [event(f"b{place}", 1, "bad") for place in range(3)]
    assert score(small(lead(), *rows, event_rules=rules), "intent") == 35


def group(**columns) -> dict:
    """A limit of the intent group `g`."""
    return {"definition_id": "d", "axis": "intent", "group_id": "g", **columns}


def test_a_group_is_held_within_its_limits_after_its_rules():
    rules = [
        visits(group_id="g", max_points="20"),
        visits(rule_id="more", group_id="g"),
        visits(rule_id="apart", points="1"),
    ]
    rows = [event(f"e{place}", 1) for place in range(5)]
    world = small(lead(), *rows, event_rules=rules, rule_groups=[group(max_points="60")])
    assert score(world, "intent") == 65
    low = small(
        lead(),
        *rows,
        event_rules=[visits(group_id="g", points="-10"), visits(rule_id="apart", points="9")],
        rule_groups=[group(min_points="-25")],
    )
    assert score(low, "intent") == 20


def test_groups_of_one_name_on_two_axes_are_two_groups():
    rules = [visits(group_id="g"), visits(rule_id="use", axis="product", group_id="g")]
    rows = [event(f"e{place}", 1) for place in range(5)]
    world = small(lead(), *rows, event_rules=rules, rule_groups=[group(max_points="20")])
    assert (score(world, "intent"), score(world, "product")) == (20, 50)


def test_an_axis_is_held_at_0_below_unless_it_says_otherwise_and_at_its_ceiling():
    minus = [visits(points="-10")]
    rows = [lead(), event("e1", 1), event("e2", 1)]
    floor = [{"definition_id": "d", "axis": "intent", "min_score": "-15", "max_score": ""}]
    ceiling = [{"definition_id": "d", "axis": "intent", "min_score": "", "max_score": "15"}]
    assert score(small(*rows, event_rules=minus), "intent") == 0
    assert score(small(*rows, event_rules=minus, axes=floor), "intent") == -15
    assert score(small(*rows, event_rules=[visits()], axes=ceiling), "intent") == 15


def test_total_is_fit_plus_intent():
    rules = [visits(), visits(rule_id="use", axis="product", points="99")]
    world = small(lead(industry="software"), event("e", 1), fit_rules=[fit()], event_rules=rules)
    assert score(world, "total") == 40


def test_entries_at_one_instant_are_applied_together():
    rules = [visits(), visits(rule_id="minus", points="-10")]
    world = small(
        lead(),
        event("e", 1),
        event_rules=rules,
        stage_criteria=[criterion(min_intent_score="10")],
    )
    assert answer(world).leads["L"].mql_count == 0


def test_a_grade_is_the_highest_cut_point_reached_and_none_below_all():
    cuts = [("A", "50"), ("B", "20"), ("C", "10.5")]
    grades = [
        {"definition_id": "d", "axis": "intent", "grade": grade, "min_score": cut}
        for grade, cut in cuts
    ]
    found = []
    for count in (1, 2, 4, 5):
        rows = [event(f"e{place}", 1) for place in range(count)]
        world = small(lead(), *rows, event_rules=[visits()], grades=grades)
        found.append(answer(world).scores["d", "L"].intent_grade)
    assert found == [None, "B", "B", "A"]
    assert answer(world).scores["d", "L"].fit_grade is None


def test_reasons_are_the_balances_of_rules_after_their_limits():
    rules = [visits(max_points="15"), visits(rule_id="none", points="0")]
    world = small(lead(), event("e1", 1), event("e2", 2), event_rules=rules)
    (key, reason), *more = answer(world).reasons.items()
    assert (key, reason.points_held, day(reason.last_credited_at)) == (
        ("d", "L", "visits"),
        1500,
        2,
    )
    assert not more


# --- From scores to qualification -----------------------------------------------------------------


def first_mql(world) -> float | None:
    """The day L first became an MQL."""
    return day(answer(world).leads["L"].first_mql_at)


def test_a_threshold_is_inclusive_and_a_lead_enters_at_the_first_credit_time_that_meets_it():
    rows = [lead(), event("e1", 1), event("e2", 2), event("e3", 3)]
    world = small(*rows, event_rules=[visits()], stage_criteria=[criterion(min_intent_score="20")])
    assert first_mql(world) == 2


def test_the_passing_of_time_qualifies_no_one():
    rules = [visits(decay_id="fade", points="-10"), visits(rule_id="plus", points="30")]
    rows = [lead(), event("e", 1)]
    seeds = {
        "event_rules": rules,
        "decay_schedules": steps((10, 0)),
        "stage_criteria": [criterion(min_intent_score="30")],
    }
    assert score(small(*rows, **seeds), "intent") == 30
    assert first_mql(small(*rows, **seeds)) is None
    assert first_mql(small(*rows, event("e2", 12), **seeds)) == 12


def test_a_negative_credit_is_no_credit_time_but_a_credit_of_any_axis_is():
    rules = [
        visits(points="-5", decay_id="fade"),
        visits(rule_id="good", event_type="good", points="30"),
        visits(rule_id="use", axis="product", event_type="use", points="1"),
    ]
    rows = [lead(), event("e1", 1), event("g", 2, "good"), event("e2", 20), event("u", 30, "use")]
    seeds = {"decay_schedules": steps((5, 0)), "stage_criteria": [criterion(min_intent_score="30")]}
    world = small(*rows, event_rules=rules, **seeds)
    assert first_mql(world) == 30


def test_a_fit_credit_is_a_credit_time():
    rows = [lead(updated=0), event("e", 1), lead(updated=6, industry="software")]
    world = small(
        *rows,
        fit_rules=[fit()],
        event_rules=[visits()],
        stage_criteria=[criterion(min_fit_score="30", min_intent_score="10")],
    )
    assert first_mql(world) == 6


def test_every_threshold_of_a_criterion_must_be_met_and_any_one_criterion_is_enough():
    one = criterion(criterion_id="both", min_intent_score="10", min_fit_score="30")
    two = criterion(criterion_id="total", priority="2", min_total_score="20")
    rows = [lead(), event("e1", 1), event("e2", 2)]
    world = small(*rows, event_rules=[visits()], fit_rules=[fit()], stage_criteria=[two, one])
    (mql,) = [row for row in answer(world).stages if row.stage == "mql"]
    assert (day(mql.observed_at), mql.criterion_id) == (2, "total")
    richer = small(
        lead(industry="software"),
        *rows[1:],
        event_rules=[visits()],
        fit_rules=[fit()],
        stage_criteria=[criterion(criterion_id="total", priority="2", min_total_score="40"), one],
    )
    (mql,) = [row for row in answer(richer).stages if row.stage == "mql"]
    assert (day(mql.observed_at), mql.criterion_id) == (1, "both")


def test_required_rules_must_each_hold_a_positive_balance():
    rules = [
        visits(decay_id="fade"),
        visits(rule_id="ask", event_type="ask"),
    ]
    seeds = {
        "event_rules": rules,
        "decay_schedules": steps((10, 0)),
        "stage_criteria": [criterion(required_rules="visits & ask")],
    }
    assert first_mql(small(lead(), event("e", 1), event("a", 10), **seeds)) is None
    assert first_mql(small(lead(), event("e", 1), event("a", 10, "ask"), **seeds)) == 10
    assert first_mql(small(lead(), event("e", 1), event("a", 11, "ask"), **seeds)) is None


def test_a_criterion_that_asks_nothing_holds_at_any_credit_time():
    world = small(lead(), event("e", 3), event_rules=[visits()], stage_criteria=[criterion()])
    assert first_mql(world) == 3
    assert first_mql(small(lead(), event_rules=[visits()], stage_criteria=[criterion()])) is None


def two_definitions() -> dict:
    """`d` until day 10, `e` from day 10 on, `s` in the shadow: 20, 10 and 30 points."""

    def period(definition_id: str, state: str, begins: str, ends: str) -> dict:
        return {
            "definition_id": definition_id,
            "status": state,
            "effective_from": begins,
            "effective_to": ends,
        }

    names = {"d": "20", "e": "10", "s": "30"}
    return {
        "definitions": [
            period("d", "official", "", "2026-01-11"),
            period("e", "official", "2026-01-11T00:00:00Z", ""),
            period("s", "shadow", "", ""),
        ],
        "event_rules": [visits(definition_id=name) for name in names],
        "stage_criteria": [
            criterion(definition_id=name, min_intent_score=least) for name, least in names.items()
        ],
    }


def test_leads_are_judged_by_the_definition_official_when_they_act():
    before = small(lead(), event("e1", 1), as_of=50, **two_definitions())
    assert first_mql(before) is None
    acting = small(lead(), event("e1", 1), event("e2", 10), as_of=50, **two_definitions())
    (mql,) = [row for row in answer(acting).stages if row.stage == "mql"]
    assert (day(mql.observed_at), mql.definition_id) == (10, "e")


def test_first_qualified_at_is_each_definitions_own_answer_over_all_of_history():
    rows = [event(f"e{place}", place) for place in range(1, 9)]
    found = answer(small(lead(), *rows, **two_definitions())).scores
    assert {name: day(found[name, "L"].first_qualified_at) for name in "des"} == {
        "d": 2,
        "e": 1,
        "s": 3,
    }


def test_cools_at_is_when_the_condition_stops_holding_with_no_new_act():
    seeds = {
        "event_rules": [visits(decay_id="fade")],
        "decay_schedules": FADE,
        "stage_criteria": [criterion(min_intent_score="10")],
    }
    rows = [lead(), event("e1", 1), event("e2", 11)]
    cools = [
        day(answer(small(*rows, as_of=at, **seeds)).scores["d", "L"].cools_at)
        for at in (0.5, 1, 11, 31, 41, 500)
    ]
    assert cools == [None, 31, 61, 61, 61, None]


def test_a_condition_that_never_stops_has_no_cooling_date():
    world = small(
        lead(),
        event("e", 1),
        event_rules=[visits()],
        stage_criteria=[criterion(min_intent_score="10")],
    )
    assert answer(world).scores["d", "L"].cools_at is None


# --- What must always hold ------------------------------------------------------------------------


def test_a_high_intent_lead_below_the_fit_bar_is_no_mql_hand_raise_included():
    rows = [event(f"e{place}", place, "demo_request") for place in range(20)]
    world = small(
        lead(industry="retail"),
        *rows,
        fit_rules=[fit()],
        event_rules=[visits(event_type="demo_request", points="100")],
        stage_criteria=[criterion(min_fit_score="30", min_intent_score="40")],
    )
    assert first_mql(world) is None
