"""Worlds small enough to work out on paper: day 0 is Thursday 2026-01-01, the lead is `L`."""

from datetime import datetime, timedelta
from decimal import Decimal

from reference.answer import Answer, answer
from reference.world import World

DAY_0 = datetime.fromisoformat("2026-01-01")
LATER = 1000  # loaded long after everything else
STAGES = [
    ("lead", 0, "marketing", "created"),
    ("engaged", 1, "marketing", "computed"),
    ("mql", 2, "marketing", "computed"),
    ("pql", 2, "product", "computed"),
    ("sal", 3, "", "reported"),
    ("sql", 4, "", "reported"),
    ("opportunity", 5, "", "reported"),
    ("customer", 6, "", "reported"),
]
STATUSES = [
    ("accepted", "sal", ""),
    ("qualified", "sql", ""),
    ("rejected", "", "rejected"),
    ("recycled", "", "recycled"),
    ("disqualified", "", "disqualified"),
    ("closed lost", "", "lost"),
]


def on(day: float) -> datetime:
    """The moment so many days after day 0."""
    return DAY_0 + timedelta(days=day)


def day(moment: datetime | None) -> float | None:
    """A moment as days after day 0."""
    return None if moment is None else (moment - DAY_0) / timedelta(days=1)


def lead(created: float = 0, lead_id: str = "L", updated: float | None = None, **columns) -> tuple:
    """A version of a lead; `loaded` (a day) stands in for a missing `updated`."""
    loaded = columns.pop("loaded", LATER)
    times = {"created_at": on(created), "updated_at": None if updated is None else on(updated)}
    return ("leads", {"lead_id": lead_id, **times, "_loaded_at": on(loaded), **columns})


def account(domain: str, updated: float | None = None, **columns) -> tuple:
    """A version of an account."""
    times = {"updated_at": None if updated is None else on(updated), "_loaded_at": on(LATER)}
    return ("accounts", {"company_domain": domain, **times, **columns})


def event(event_id: str, occurred: float, event_type: str = "visit", **columns) -> tuple:
    """An event of L, unless it says otherwise."""
    whose = {} if {"lead_id", "anonymous_id"} & set(columns) else {"lead_id": "L"}
    row = {"event_id": event_id, "occurred_at": on(occurred), "event_type": event_type}
    return ("events", {**row, **whose, **columns})


def status(changed: float, text: str, change_id: str | None = None, lead_id: str = "L") -> tuple:
    """A CRM status of L."""
    row = {"change_id": change_id or f"{changed} {text}", "lead_id": lead_id}
    return ("stage_changes", {**row, "changed_at": on(changed), "status": text})


def opportunity(
    opportunity_id: str, created: float, closed: float | None = None, won: bool | None = None
) -> tuple:
    """An opportunity of L."""
    row = {"opportunity_id": opportunity_id, "lead_id": "L", "created_at": on(created)}
    closed_at = None if closed is None else on(closed)
    return ("opportunities", {**row, "amount": Decimal(1), "closed_at": closed_at, "is_won": won})


def visits(**columns) -> dict:
    """A rule `visits`: 10 intent points for a visit, unless it says otherwise."""
    rule = {"rule_id": "visits", "axis": "intent", "event_type": "visit", "points": "10"}
    return {"definition_id": "d", **rule, **columns}


def fit(**columns) -> dict:
    """A rule `software`: 30 fit points for the industry."""
    rule = {"rule_id": "software", "attribute": "industry", "operator": "equals"}
    return {"definition_id": "d", **rule, "value": "software", "points": "30", **columns}


def criterion(stage: str = "mql", criterion_id: str = "enough", **columns) -> dict:
    """A criterion of `d`."""
    row = {"stage": stage, "criterion_id": criterion_id, "priority": "1"}
    return {"definition_id": "d", **row, **columns}


def steps(*pairs: tuple[int, int], decay_id: str = "fade") -> list[dict]:
    """A decay schedule."""
    return [
        {"decay_id": decay_id, "after_days": str(after), "remaining_percent": str(percent)}
        for after, percent in pairs
    ]


def small(*rows: tuple, as_of: float = 500, requalify_after_days: int = 0, **seeds) -> World:
    """A world of these rows under a definition `d` of these seeds."""
    tables: dict[str, list] = {}
    for table, row in rows:
        tables.setdefault(table, []).append({"_loaded_at": on(LATER), **row})
    definition = {
        "definitions": [{"definition_id": "d", "status": "official"}],
        "stages": [
            {"stage": stage, "rank": str(rank), "track": track, "entered_by": entered_by}
            for stage, rank, track, entered_by in STAGES
        ],
        "status_map": [
            {"status": text, "stage": stage, "outcome": outcome}
            for text, stage, outcome in STATUSES
        ],
        "stage_criteria": [],
        **seeds,
    }
    return World(tables, definition, on(as_of), requalify_after_days)


def statement(found: Answer | World, rule: str | None = None) -> list[tuple]:
    """The ledger as (day, kind, points) in order, of one rule or all."""
    found = answer(found) if isinstance(found, World) else found
    return sorted(
        (day(one.entry_at), one.entry_kind, one.points / 100)
        for one in found.ledger
        if rule in (None, one.rule_id)
    )


def credited(world: World, rule: str = "visits") -> list[str]:
    """Which events a rule was credited for, in order of their ids."""
    found = answer(world).ledger
    return sorted(
        one.source_id for one in found if (one.entry_kind, one.rule_id) == ("credit", rule)
    )


def score(world: World, axis: str, definition: str = "d") -> float:
    """The score of L at as-of."""
    return getattr(answer(world).scores[definition, "L"], f"{axis}_score") / 100


def journey(world: World) -> list[tuple]:
    """The stages of L as (cycle, stage, observed day, reached day)."""
    return [
        (one.cycle, one.stage, day(one.observed_at), day(one.reached_at))
        for one in sorted(answer(world).stages, key=lambda one: (one.cycle, one.rank, one.stage))
    ]
