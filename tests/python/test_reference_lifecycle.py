"""The reference says what lifecycle.md says, sentence by sentence, on examples worked by hand."""

import pytest

from reference.answer import answer
from reference.byhand import (
    criterion,
    day,
    event,
    journey,
    lead,
    opportunity,
    small,
    status,
    visits,
)

SCORED = {
    "event_rules": [visits(), visits(rule_id="use", event_type="use", axis="product")],
    "stage_criteria": [
        criterion("engaged", "interest", min_intent_score="10"),
        criterion("mql", "enough", min_intent_score="20"),
        criterion("pql", "used", min_product_score="10"),
    ],
}


def current(*rows, **seeds) -> str:
    """Where L stands."""
    return answer(small(*rows, **seeds)).leads["L"].current_stage


def test_a_lead_is_a_lead_from_creation():
    assert journey(small(lead(created=3))) == [(1, "lead", 3, 3)]


def test_a_status_moves_by_the_map_trimmed_and_in_any_case():
    world = small(lead(), status(4, " ACCEPTED "))
    assert (1, "sal", 4, 4) in journey(world)


def test_a_status_that_is_not_in_the_map_moves_nobody():
    assert journey(small(lead(), status(4, "called"))) == [(1, "lead", 0, 0)]


def test_an_opportunity_reports_opportunity_and_its_winning_customer():
    world = small(lead(), opportunity("o", 3, 8, True), stage_criteria=[])
    assert [row for row in journey(world) if row[2]] == [
        (1, "opportunity", 3, 3),
        (1, "customer", 8, 8),
    ]
    assert current(lead(), opportunity("o", 3, 8, True)) == "customer"


@pytest.mark.parametrize(
    ("others", "stage"),
    [
        ([], "lost"),
        ([opportunity("p", 5)], "opportunity"),  # open from that very moment
        ([opportunity("p", 6)], "opportunity"),  # opened after the loss: a new cycle
        ([opportunity("p", 1, 5, False)], "lost"),  # closes with it
        ([opportunity("p", 1, 4, False)], "lost"),
        ([opportunity("p", 1, 6, False)], "lost"),  # the later loss ends it
        ([opportunity("p", 1, 5, True)], "customer"),
        ([opportunity("p", 1, 4, True)], "customer"),
        ([opportunity("p", 1, 6, True)], "customer"),
    ],
)
def test_losing_reports_lost_unless_another_is_open_or_one_was_won(others, stage):
    assert current(lead(), opportunity("o", 2, 5, False), *others) == stage


def test_an_opportunity_opened_after_a_loss_is_in_the_next_cycle():
    world = small(lead(), opportunity("o", 2, 5, False), opportunity("p", 6))
    assert {row[0] for row in journey(world) if row[1] == "opportunity"} == {1, 2}


def test_an_outcome_ends_the_cycle_and_a_report_at_that_instant_belongs_to_it():
    world = small(
        lead(),
        status(2, "accepted"),
        status(5, "recycled"),
        status(5, "qualified"),
        status(9, "accepted"),
    )
    observed = [row[:3] for row in journey(world) if row[2] is not None]
    assert observed == [(1, "lead", 0), (1, "sal", 2), (1, "sql", 5), (2, "sal", 9)]


def test_a_cycle_in_which_no_stage_was_entered_takes_no_number():
    rows = [lead(), status(2, "recycled"), status(4, "rejected"), status(6, "accepted")]
    assert {row[0] for row in journey(small(*rows))} == {1, 2}
    assert answer(small(*rows)).leads["L"].cycle_count == 2


def test_the_current_stage_of_an_ended_last_cycle_is_its_own_outcome():
    rows = [lead(), status(2, "recycled"), status(4, "rejected")]
    assert current(*rows) == "recycled"
    assert answer(small(*rows)).leads["L"].cycle_count == 1


def test_of_several_outcomes_at_one_instant_the_alphabetically_first_names_it():
    assert current(lead(), status(2, "rejected"), status(2, "closed lost")) == "lost"


def test_a_stage_reported_before_creation_counts_as_at_creation():
    assert (1, "sal", 5, 5) in journey(small(lead(created=5), status(2, "accepted")))


def test_an_outcome_before_creation_ends_nothing_and_one_at_creation_ends_cycle_1():
    assert current(lead(created=5), status(4, "recycled")) == "lead"
    rows = [lead(created=5), status(5, "recycled"), status(5, "accepted"), status(6, "accepted")]
    observed = [row[:3] for row in journey(small(*rows)) if row[2] is not None]
    assert observed == [(1, "lead", 5), (1, "sal", 5), (2, "sal", 6)]


def test_a_stage_is_observed_at_its_first_entry_in_the_cycle():
    rows = [
        status(7, "accepted"),
        status(3, "accepted"),
        event("e1", 1),
        event("e2", 2),
        event("e3", 3),
    ]
    observed = {row[1]: row[2] for row in journey(small(lead(), *rows, **SCORED))}
    assert observed == {"lead": 0, "engaged": 1, "mql": 2, "sal": 3}


def test_a_step_backwards_moves_nobody_but_is_recorded():
    rows = [lead(), status(3, "qualified"), status(6, "accepted")]
    assert current(*rows) == "sql"
    assert (1, "sal", 6, 3) in journey(small(*rows))


def test_reached_closes_the_gaps_and_says_so():
    rows = answer(small(lead(), status(6, "qualified"), status(8, "accepted"))).stages
    found = {
        row.stage: (day(row.observed_at), day(row.reached_at), row.is_inferred) for row in rows
    }
    assert found == {
        "lead": (0, 0, False),
        "engaged": (None, 6, True),
        "mql": (None, 6, True),
        "sal": (8, 6, True),
        "sql": (6, 6, False),
    }


def test_the_product_track_is_never_inferred_and_infers_nothing():
    only_pql = small(lead(), event("u", 4, "use"), **SCORED)
    assert journey(only_pql) == [(1, "lead", 0, 0), (1, "pql", 4, 4)]
    assert "pql" not in {row[1] for row in journey(small(lead(), status(6, "qualified")))}


def test_lead_is_reached_in_cycle_1_only():
    rows = [lead(), status(2, "recycled"), status(4, "accepted")]
    assert [row for row in journey(small(*rows)) if row[1] == "lead"] == [(1, "lead", 0, 0)]


def test_a_recycled_lead_enters_computed_stages_anew_by_acting_anew():
    rows = [lead(), event("e1", 1), event("e2", 2), status(4, "recycled"), event("e3", 9)]
    found = answer(small(*rows, **SCORED))
    times = [(row.cycle, day(row.observed_at)) for row in found.stages if row.stage == "mql"]
    assert times == [(1, 2), (2, 9)]
    (lead_row,) = found.leads.values()
    assert (day(lead_row.first_mql_at), day(lead_row.latest_mql_at), lead_row.mql_count) == (
        2,
        9,
        2,
    )


def test_a_later_cycle_computes_only_after_the_waiting_time():
    rows = [lead(), event("e1", 1), event("e2", 2), status(4, "recycled")]
    rows += [event("e3", 9), event("e4", 10)]
    for days, entered in ((4, 9), (5, 10), (6, None)):
        world = small(*rows, requalify_after_days=days, **SCORED)
        times = [row[2] for row in journey(world) if row[:2] == (2, "mql")]
        assert times == ([entered] if entered else [])


def test_an_entry_at_the_end_of_the_cycle_belongs_to_it():
    rows = [lead(), event("e1", 1), event("e2", 4), status(4, "recycled")]
    assert (1, "mql", 4, 4) in journey(small(*rows, **SCORED))


def test_scores_criterion_and_definition_are_frozen_at_the_observed_instant():
    rows = [lead(), event("e1", 1), event("e2", 2), event("e3", 3)]
    (mql,) = [row for row in answer(small(*rows, **SCORED)).stages if row.stage == "mql"]
    assert (mql.definition_id, mql.criterion_id, mql.intent_score) == ("d", "enough", 2000)


def test_an_inferred_stage_has_no_evidence():
    (mql,) = [
        row
        for row in answer(small(lead(), status(6, "accepted"), **SCORED)).stages
        if row.stage == "mql"
    ]
    assert (mql.definition_id, mql.criterion_id, mql.intent_score) == (None, None, None)


def test_an_inferred_mql_is_no_mql_date():
    found = answer(small(lead(), status(6, "accepted"), **SCORED)).leads["L"]
    assert (found.first_mql_at, found.mql_count) == (None, 0)


def test_of_equal_rank_the_marketing_stage_is_the_current_one():
    rows = [lead(), event("e1", 1), event("e2", 2), event("u", 3, "use")]
    assert current(*rows, **SCORED) == "mql"


def stages_with(**entered_by: str) -> list[dict]:
    """The stages, some entered in another way."""
    return [
        {**row, "entered_by": entered_by.get(row["stage"], row["entered_by"])}
        for row in small().definition["stages"]
    ]


def test_a_report_of_a_computed_stage_moves_nobody():
    mapped = [{"status": "hot", "stage": "mql", "outcome": ""}]
    assert journey(small(lead(), status(3, "hot"), status_map=mapped)) == [(1, "lead", 0, 0)]


def test_a_company_may_let_mql_be_reported():
    mapped = [{"status": "hot", "stage": "mql", "outcome": ""}]
    world = small(lead(), status(3, "hot"), status_map=mapped, stages=stages_with(mql="reported"))
    assert (1, "mql", 3, 3) in journey(world)
    assert day(answer(world).leads["L"].first_mql_at) == 3


def test_an_opportunity_moves_nobody_where_the_stage_is_computed():
    world = small(lead(), opportunity("o", 3), stages=stages_with(opportunity="computed"))
    assert journey(world) == [(1, "lead", 0, 0)]
