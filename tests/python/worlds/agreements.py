"""Random agreements that `handoff check` accepts: every column of every rule file gets used."""

import math
from collections import defaultdict
from collections.abc import Callable
from datetime import datetime

from hypothesis import strategies as st

from worlds.vocabulary import (
    DISTINCT_BY,
    EVENT_TEXTS,
    EVENT_TYPES,
    LEAD_TEXTS,
    NUMBERS,
    REPORTED_MQL,
    START,
    STATUS_OUTCOMES,
    STATUS_STAGES,
    STEP,
    STEPS,
    STREAK,
)

Rows = list[dict[str, str]]
Draw = Callable

TEXT_OPERATORS = ("equals", "not_equals", "contains", "starts_with", "ends_with")
LIST_OPERATORS = ("in", "not_in")
NUMBER_OPERATORS = ("at_least", "at_most")
BARE_OPERATORS = ("is_present", "is_missing", "always")
OPERATORS = (*TEXT_OPERATORS, *LIST_OPERATORS, *NUMBER_OPERATORS, "between", *BARE_OPERATORS)
POINTS = ("10", "20", "5", "30", "7", "15", "1", "-5", "-10", "0")
THRESHOLDS = (10, 5, 1, 20, 30)
AXES = ("fit", "intent", "product")
COMPUTED = ("engaged", "mql", "pql", "activated")


def one(draw: Draw, *choices: str) -> str:
    """One of the choices."""
    return draw(st.sampled_from(choices))


def asked(draw: Draw, operator: str, texts: tuple[str, ...]) -> str:
    """A value that fits the operator."""
    if operator in BARE_OPERATORS:
        return ""
    if operator in NUMBER_OPERATORS:
        return one(draw, *NUMBERS)
    if operator == "between":
        ends = sorted(draw(st.lists(st.sampled_from(NUMBERS), min_size=2, max_size=2)), key=float)
        return "|".join(ends)
    if operator in LIST_OPERATORS:
        unique = {text.lower(): text for text in texts}
        chosen = st.lists(st.sampled_from(sorted(unique.values())), min_size=1, unique=True)
        return "|".join(draw(chosen))
    return draw(st.sampled_from(texts).flatmap(lambda text: st.sampled_from([text, text.upper()])))


def condition(draw: Draw, name: str, texts: dict[str, tuple[str, ...]]) -> dict[str, str]:
    """`name operator value` of a rule."""
    found = one(draw, *texts)
    operator = one(draw, *OPERATORS)
    return {name: found, "operator": operator, "value": asked(draw, operator, texts[found])}


def shared(draw: Draw, definition_id: str, rule_id: str) -> dict[str, str]:
    """What fit and event rules have in common."""
    return {
        "definition_id": definition_id,
        "rule_id": rule_id,
        "group_id": one(draw, "", "g1", "g2"),
        "points": one(draw, *POINTS),
        "max_points": one(draw, "", "", "15", "30", "5"),
        "reason": "worked out over lunch",
    }


def fit_rules(draw: Draw, definition_id: str) -> Rows:
    """Rules on attributes of leads and accounts."""
    return [
        {**shared(draw, definition_id, f"f{place}"), **condition(draw, "attribute", LEAD_TEXTS)}
        for place in range(draw(st.integers(2, 5)))
    ]


def event_rule(draw: Draw, definition_id: str, rule_id: str, decays: list[str]) -> dict[str, str]:
    """A rule on an event, asking more of its matches or not."""
    row = shared(draw, definition_id, rule_id)
    row |= {
        "axis": one(draw, "intent", "intent", "product"),
        "event_type": one(draw, "visit", "demo", *EVENT_TYPES),
    }
    row["decay_id"] = one(draw, "", *decays)
    if draw(st.integers(0, 2)) == 0:
        row |= condition(draw, "property", EVENT_TEXTS)
    row["distinct_by"] = one(draw, "", "", "", "", "", *DISTINCT_BY)
    row["min_count"] = one(draw, "", "", "", "2", "3", "1")
    row["within_days"] = one(draw, "", "1", "3", "7") if row["min_count"] else ""
    row["limit_count"] = one(draw, "", "", "1", "2")
    periods = ("day", "week", "month", "ever")
    row["limit_period"] = one(draw, *periods) if row["limit_count"] else ""
    return row


def plain_rule(draw: Draw, definition_id: str, decays: list[str]) -> dict[str, str]:
    """A rule that asks little, so that leads qualify, and cool."""
    return {
        "definition_id": definition_id,
        "rule_id": "plain",
        "axis": "intent",
        "event_type": one(draw, "visit", "demo"),
        "group_id": one(draw, "", "g1"),
        "points": one(draw, "30", "20"),
        "max_points": one(draw, "", "45"),
        "decay_id": one(draw, *decays),
        "limit_count": "",
        "limit_period": "",
        "reason": "worked out over lunch",
    }


def streak_rule(draw: Draw, definition_id: str, decays: list[str]) -> dict[str, str]:
    """A rule on a run of opened e-mails; half of them ask for a run of some length."""
    row = event_rule(draw, definition_id, "streak", decays) | {"event_type": STREAK}
    long_enough = {"property": "value", "operator": "at_least", "value": one(draw, "2", "3", "4")}
    return row | (long_enough if draw(st.booleans()) else {})


def schedules(draw: Draw) -> Rows:
    """Decay schedules: days rising, what remains falling (or standing still for a step)."""
    rows = []
    for place in range(draw(st.integers(1, 3))):
        days = st.lists(
            st.sampled_from([0, 1, 2, 3, 5, 7, 10, 14, 21, 30]), min_size=1, max_size=3, unique=True
        )
        after = sorted(draw(days))
        left = st.lists(
            st.sampled_from([0, 0, 10, 33, 50, 80]), min_size=len(after), max_size=len(after)
        )
        for day, percent in zip(after, sorted(draw(left), reverse=True), strict=True):
            step = {"after_days": str(day), "remaining_percent": str(percent)}
            rows.append({"decay_id": f"fade{place}", **step})
    return rows


def groups(draw: Draw, definition_id: str, rules: Rows) -> Rows:
    """Limits on some of the groups in use."""
    used = sorted({(row.get("axis", "fit"), row["group_id"]) for row in rules if row["group_id"]})
    return [
        {
            "definition_id": definition_id,
            "axis": axis,
            "group_id": group,
            "min_points": one(draw, "", "-15", "0", "-5"),
            "max_points": one(draw, "", "25", "40", "10"),
            "reason": "enough is enough",
        }
        for axis, group in used
        if draw(st.booleans())
    ]


def axes(draw: Draw, definition_id: str) -> Rows:
    """Floors and ceilings of some axes."""
    return [
        {
            "definition_id": definition_id,
            "axis": axis,
            "min_score": one(draw, "", "0", "-10"),
            "max_score": one(draw, "", "60", "35", "100"),
        }
        for axis in AXES
        if draw(st.booleans())
    ]


def grades(draw: Draw, definition_id: str) -> Rows:
    """Cut points of fit and intent."""
    rows = []
    for axis, letters in (("fit", "ABC"), ("intent", "123")):
        cuts = draw(st.lists(st.sampled_from([0, 5, 10, 25, -5]), max_size=3, unique=True))
        for letter, cut in zip(letters, sorted(cuts, reverse=True), strict=False):
            row = {"definition_id": definition_id, "axis": axis, "grade": letter}
            rows.append({**row, "min_score": str(cut)})
    return rows


def reach(rules: Rows, limits: Rows, ends: Rows) -> dict[str, float]:
    """The most each axis can hold; a criterion that asks for more is refused."""
    most: dict[tuple[str, str], float] = defaultdict(float)
    for row in rules:
        held = max(int(row["points"]), 0)
        if "axis" in row and row["limit_period"] == "ever":
            held *= int(row["limit_count"])
        elif "axis" in row:
            held *= math.inf if held else 1
        most[row.get("axis", "fit"), row["group_id"]] += min(
            held, float(row["max_points"] or "inf")
        )
    for row in limits:
        key = (row["axis"], row["group_id"])
        most[key] = min(most[key], float(row["max_points"] or "inf"))
    found = {axis: sum(held for key, held in most.items() if key[0] == axis) for axis in AXES}
    for row in ends:
        found[row["axis"]] = min(found[row["axis"]], float(row["max_score"] or "inf"))
    return found | {"total": found["fit"] + found["intent"]}


def criteria(
    draw: Draw, definition_id: str, computed: list[str], rules: Rows, most: dict[str, float]
) -> Rows:
    """Sufficient conditions for every computed stage, asking for scores, rules or nothing."""
    rows = []
    positive = [row["rule_id"] for row in rules if int(row["points"]) > 0]
    often = {"fit": 1, "intent": 3, "product": 1, "total": 2}
    for stage in computed:
        for place in range(draw(st.integers(1, 2))):
            row = {"definition_id": definition_id, "stage": stage, "reason": "agreed"}
            row |= {"criterion_id": f"c{2 - place}", "priority": str(place)}
            for axis in (*AXES, "total"):
                asks = draw(st.integers(0, 6)) < often[axis]
                within = [str(least) for least in THRESHOLDS if least <= most[axis]]
                row[f"min_{axis}_score"] = one(draw, *within) if asks and within else ""
            required = st.lists(st.sampled_from(positive or [""]), max_size=2, unique=True)
            asks = draw(st.integers(0, 3)) == 0
            row["required_rules"] = "&".join(draw(required)) if asks else ""
            rows.append(row)
    return rows


def resets(draw: Draw, definition_id: str) -> Rows:
    """Triggers of all three kinds, on any axis."""
    triggers = st.one_of(
        st.sampled_from([*STATUS_STAGES, *STATUS_OUTCOMES]).map(lambda text: ("status", text)),
        st.sampled_from(sorted(set(STATUS_OUTCOMES.values()))).map(lambda text: ("outcome", text)),
        st.sampled_from(["unsubscribe", "form", STREAK]).map(lambda text: ("event", text)),
    )
    chosen = st.lists(st.tuples(triggers, st.sampled_from(AXES)), max_size=3, unique=True)
    return [
        {
            "definition_id": definition_id,
            "trigger_type": kind,
            "trigger_value": value,
            "axis": axis,
            "reason": "starts anew",
        }
        for (kind, value), axis in draw(chosen)
    ]


def stages(draw: Draw) -> Rows:
    """Stages with some left out and some reported instead of computed."""
    shared_track = one(draw, "", "marketing")
    mql = one(draw, *["computed"] * 5, "reported")
    listed = [
        ("lead", 0, one(draw, "", "marketing"), "created", True),
        ("engaged", 1, "marketing", "computed", draw(st.booleans())),
        ("activated", draw(st.integers(1, 2)), "product", "computed", draw(st.booleans())),
        ("mql", 2, "marketing", mql, True),
        ("pql", 2, "product", "computed", draw(st.booleans())),
        ("sal", 3, shared_track, "reported", draw(st.booleans())),
        ("sql", 4, shared_track, "reported", True),
        ("opportunity", 5, shared_track, "reported", True),
        ("customer", 6, shared_track, "reported", True),
    ]
    return [
        {
            "stage": stage,
            "rank": str(rank),
            "track": track,
            "entered_by": entered_by,
            "horizon_days": "30",
            "description": stage,
        }
        for stage, rank, track, entered_by, is_there in listed
        if is_there
    ]


def status_map(there: Rows) -> Rows:
    """Every mapped status whose stage is there; a report of `mql` only where it is reported."""
    reported = {row["stage"] for row in there if row["entered_by"] == "reported"}
    mapped = {**STATUS_STAGES, REPORTED_MQL: "mql"}
    rows = [
        {"status": status, "stage": stage, "outcome": ""}
        for status, stage in mapped.items()
        if stage in reported
    ]
    return rows + [
        {"status": status, "stage": "", "outcome": outcome}
        for status, outcome in STATUS_OUTCOMES.items()
    ]


def written(at: datetime) -> str:
    """A moment as people write it: midnight as a date."""
    return at.strftime("%Y-%m-%d" if at.hour == 0 else "%Y-%m-%dT%H:%M:%SZ")


def periods(draw: Draw) -> Rows:
    """One or two official definitions, one after the other with or without a gap, and shadows."""
    rows = [("d_b", "official", "", "")]
    if draw(st.booleans()):
        ends, begins = sorted(draw(st.lists(st.integers(4, STEPS), min_size=2, max_size=2)))
        cut = written(START + STEP * ends)
        rows = [("d_b", "official", "", cut)]
        rows += [("d_a", "official", written(START + STEP * begins), "")]
    rows += [(name, "shadow", "", "") for name in ("d_c", "d_d")[: draw(st.integers(0, 2))]]
    return [
        {
            "definition_id": definition_id,
            "status": status,
            "effective_from": begins,
            "effective_to": ends,
            "title": definition_id,
            "marketing_owner": "marketing",
            "sales_owner": "sales",
            "approved_on": "2026-01-01",
            "reason": "agreed",
        }
        for definition_id, status, begins, ends in rows
    ]


@st.composite
def agreements(draw: Draw) -> dict[str, Rows]:
    """A definition folder as seeds of text. Rule ids recur across definitions, not alike."""
    seeds: dict[str, Rows] = {
        "definitions": periods(draw),
        "stages": stages(draw),
        "decay_schedules": schedules(draw),
    }
    seeds["status_map"] = status_map(seeds["stages"])
    computed = [row["stage"] for row in seeds["stages"] if row["entered_by"] == "computed"]
    decays = sorted({row["decay_id"] for row in seeds["decay_schedules"]})
    names = (
        "fit_rules",
        "event_rules",
        "rule_groups",
        "axes",
        "grades",
        "stage_criteria",
        "resets",
    )
    seeds |= {name: [] for name in names}
    for row in seeds["definitions"]:
        mine = row["definition_id"]
        fit = fit_rules(draw, mine)
        acts = [plain_rule(draw, mine, decays)] + [
            event_rule(draw, mine, f"e{place}", decays) for place in range(draw(st.integers(3, 7)))
        ]
        acts.append(streak_rule(draw, mine, decays))
        seeds["fit_rules"] += fit
        seeds["event_rules"] += acts
        limits, ends = groups(draw, mine, fit + acts), axes(draw, mine)
        seeds["rule_groups"] += limits
        seeds["axes"] += ends
        seeds["grades"] += grades(draw, mine)
        seeds["stage_criteria"] += criteria(
            draw, mine, computed, fit + acts, reach(fit + acts, limits, ends)
        )
        seeds["resets"] += resets(draw, mine)
    return seeds
