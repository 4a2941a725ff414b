"""Sales teams at work: touches, owners, reasons, promises, shifts and queues, all in few words."""

from collections.abc import Callable

from hypothesis import strategies as st

from worlds.agreements import Rows, agreements, one
from worlds.histories import histories, instants
from worlds.people import LEADS, Tables, spelled
from worlds.vocabulary import often_blank

TOUCH_IDS = st.integers(0, 20).map(lambda number: f"t{number}")
OWNERS = often_blank(st.sampled_from(["ann", "bo", " ann "]))
COUNTRIES = often_blank(spelled("de", "us"))
ZONES = ("Europe/London", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe")
MINUTES = ("1", "5", "60", "240", "1440", "10080", "43200")


@st.composite
def worked(draw: Callable) -> Tables:
    """A history in which somebody owns the leads, calls them and gives reasons."""
    tables = draw(histories())
    when = instants(draw(st.lists(st.integers(0, 21), min_size=3, max_size=6, unique=True)))
    where = {"country": COUNTRIES, "region": often_blank(spelled("south")), "owner_id": OWNERS}
    for row in tables["leads"]:
        row |= {column: draw(values) for column, values in where.items()}
    for row in tables["stage_changes"]:
        row |= {
            "owner_id": draw(OWNERS),
            "reason": draw(often_blank(st.sampled_from(["no budget", "timing", " timing "]))),
        }
    touches = st.fixed_dictionaries(
        {
            "touch_id": TOUCH_IDS,
            "lead_id": st.sampled_from([LEADS[0], *LEADS]),
            "touched_at": when,
            "touch_type": st.sampled_from(["call", "email"]),
            "owner_id": OWNERS,
        }
    )
    return {**tables, "sales_touches": draw(st.lists(touches, max_size=12))}


def promises(draw: Callable, criteria: Rows) -> Rows:
    """Due times: for any MQL or none, and for some criterion."""
    named = sorted({row["criterion_id"] for row in criteria if row["stage"] == "mql"})
    asked = draw(st.lists(st.sampled_from(["", "", *named]), unique=True))
    return [
        {"stage": "mql", "criterion_id": criterion, "minutes": one(draw, *MINUTES), "reason": "yes"}
        for criterion in asked
    ]


def response_classes(draw: Callable) -> Rows:
    """Rising classes, the last without an end."""
    ends = sorted(draw(st.lists(st.sampled_from(MINUTES), max_size=3, unique=True)), key=int)
    return [
        {"response_class": f"class_{place}", "up_to_minutes": end}
        for place, end in enumerate([*ends, ""])
    ]


def working_hours(draw: Callable) -> Rows:
    """One or two shifts on some days, on one clock; some shut when the clock jumps."""
    zone = one(draw, *ZONES)
    shifts = [("00:30", "02:30"), ("09:00", "12:00"), ("13:00", "23:30")]
    weekdays = ["monday", "tuesday", "thursday", "friday", "sunday"]
    return [
        {"weekday": weekday, "opens": opens, "closes": closes, "time_zone": zone}
        for weekday in draw(st.lists(st.sampled_from(weekdays), min_size=2, unique=True))
        for opens, closes in draw(
            st.lists(st.sampled_from(shifts), min_size=1, max_size=2, unique=True)
        )
    ]


def holidays(draw: Callable) -> Rows:
    """Days off."""
    days = st.sampled_from(["2026-01-26", "2026-01-30", "2026-02-05", "2026-03-08"])
    return [
        {"holiday_date": day, "name": "day off"}
        for day in draw(st.lists(days, max_size=2, unique=True))
    ]


def routing_rules(draw: Callable) -> Rows:
    """Rules on country, region, industry and size, and the default last."""
    rules = []
    for place in range(draw(st.integers(0, 4))):
        least, most = one(draw, "", "", "1", "251"), one(draw, "", "", "250", "999")
        asks = {
            "country": one(draw, "", "DE", "us "),
            "region": one(draw, "", "", "South"),
            "industry": one(draw, "", "", "software"),
            "min_employees": least,
            "max_employees": most if not least or not most or int(most) >= int(least) else "",
        }
        if any(asks.values()):
            rules.append({"priority": str(10 * place + 10), **asks})
    blank = dict.fromkeys(("country", "region", "industry", "min_employees", "max_employees"), "")
    rules.append({"priority": "99", **blank})
    return [
        {"queue": f"queue_{one(draw, 'a', 'b')}", "owner_id": one(draw, "", "", "cy"), **rule}
        | {"reason": "agreed"}
        for rule in rules
    ]


@st.composite
def teams(draw: Callable) -> dict[str, Rows]:
    """An agreement that says, too, what happens to an MQL."""
    seeds = draw(agreements())
    return seeds | {
        "sla": promises(draw, seeds["stage_criteria"]),
        "response_classes": response_classes(draw),
        "working_hours": working_hours(draw),
        "holidays": holidays(draw),
        "routing_rules": routing_rules(draw),
    }
