"""The reference derives what scoring says it derives: runs of opened e-mails, worked by hand."""

import json

from reference.answer import answer
from reference.byhand import day, event, lead, small, statement


def mail(event_id: str, at: float, kind: str, email_id: object, **columns) -> tuple:
    """A send or an open of an e-mail."""
    properties = json.dumps({"email_id": email_id})
    return event(event_id, at, f"email_{kind}", properties=properties, **columns)


def sent(*days: float) -> list[tuple]:
    """E-mails m1, m2, ... sent to L on these days."""
    return [mail(f"s{number}", at, "sent", f"m{number}") for number, at in enumerate(days, 1)]


def opened(number: int, at: float, **columns) -> tuple:
    """An open of e-mail `number`."""
    return mail(f"o{number}", at, "opened", f"m{number}", **columns)


def streaks(*rows: tuple, **asked) -> dict[str, tuple]:
    """Open -> (the day it happened, the day it is known, how many in a row)."""
    return {
        name.removeprefix("email_open_streak:"): (
            day(one.occurred_at),
            day(one.known_at),
            int(one.row["value"]),
        )
        for name, one in answer(small(lead(), *rows, **asked)).events.items()
        if one.row["event_type"] == "email_open_streak"
    }


def test_a_streak_counts_emails_opened_in_a_row_in_the_order_sent():
    found = streaks(*sent(1, 2, 3), opened(1, 4), opened(2, 5), opened(3, 6))
    assert found == {"o1": (4, 4, 1), "o2": (5, 5, 2), "o3": (6, 6, 3)}


def test_an_unopened_email_between_breaks_the_run():
    assert streaks(*sent(1, 2, 3), opened(1, 4), opened(3, 6)) == {"o1": (4, 4, 1), "o3": (6, 6, 1)}


def test_an_email_sent_after_the_open_breaks_nothing_yet():
    assert streaks(*sent(1, 2, 8, 9), opened(1, 4), opened(2, 5))["o2"] == (5, 5, 2)


def test_an_email_opened_late_closes_the_gap_when_it_is_opened():
    found = streaks(*sent(1, 2, 3), opened(1, 4), opened(3, 5), opened(2, 9))
    assert (found["o3"], found["o2"]) == ((5, 5, 1), (9, 9, 3))


def test_opens_known_at_one_instant_are_known_to_each_other():
    found = streaks(*sent(1, 2), opened(1, 4), opened(2, 4))
    assert found == {"o1": (4, 4, 2), "o2": (4, 4, 2)}


def test_a_second_open_a_second_send_and_an_open_of_what_was_never_sent_add_nothing():
    again = [mail("o1b", 5, "opened", "m1"), mail("s1b", 6, "sent", "m1"), opened(7, 6)]
    assert streaks(*sent(1), opened(1, 4), *again) == {"o1": (4, 4, 1)}


def test_an_email_without_an_id_is_no_email():
    blank = [mail("s", 1, "sent", " "), mail("o", 2, "opened", " "), event("p", 1, "email_sent")]
    assert streaks(*blank, mail("n", 1, "sent", None), mail("on", 2, "opened", None)) == {}


def test_a_streak_is_known_with_the_last_of_what_it_is_made_of():
    late = opened(2, 5, anonymous_id="a")
    knows = event("i", 9, lead_id="L", anonymous_id="a")
    assert streaks(*sent(1, 2), opened(1, 4), late, knows)["o2"] == (5, 9, 2)


def test_a_send_that_became_known_later_does_not_break_a_run_known_before():
    hidden = mail("s9", 1.5, "sent", "m9", anonymous_id="a")
    knows = event("i", 9, lead_id="L", anonymous_id="a")
    found = streaks(*sent(1, 2, 3), hidden, knows, opened(1, 4), opened(2, 5), opened(3, 10))
    assert (found["o2"], found["o3"]) == ((5, 5, 2), (10, 10, 2))


def test_an_earlier_send_that_becomes_known_later_does_not_postpone_a_run_known_before():
    hidden = mail("s0", 0, "sent", "m1", anonymous_id="a")
    knows = event("i", 9, lead_id="L", anonymous_id="a")
    assert streaks(*sent(1), hidden, opened(1, 4), knows) == {"o1": (4, 4, 1)}


def test_rules_and_resets_take_a_streak_as_any_event():
    rule = {"definition_id": "d", "rule_id": "habit", "axis": "intent", "points": "10"}
    rule |= {"event_type": "email_open_streak", "property": "value", "operator": "at_least"}
    reset = {"definition_id": "d", "trigger_type": "event", "axis": "intent"}
    world = small(
        lead(),
        *[*sent(1, 2, 3), opened(1, 4), opened(2, 5), opened(3, 6)],
        event_rules=[rule | {"value": "2"}],
    )
    assert statement(world) == [(5, "credit", 10), (6, "credit", 10)]
    visit = {"definition_id": "d", "rule_id": "v", "axis": "intent", "event_type": "visit"}
    world = small(
        lead(),
        *[*sent(1), event("v", 2), opened(1, 4)],
        event_rules=[visit | {"points": "10"}],
        resets=[reset | {"trigger_value": "email_open_streak"}],
    )
    assert statement(world) == [(2, "credit", 10), (4, "reset", -10)]
