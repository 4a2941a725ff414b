"""The agreement, parsed: seeds of text in, rules, limits, criteria and stages out."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal

from reference.values import Condition, comparable, trimmed
from reference.world import BEGINNING, END

Seeds = dict[str, list[dict[str, str]]]
Limit = tuple[int | None, int | None]


def hundredths(text: str | None) -> int | None:
    """Points as whole hundredths; blank is None."""
    if not trimmed(text):
        return None
    points = Decimal(text) * 100
    if points != int(points):
        message = f"{text} is finer than a hundredth of a point"
        raise ValueError(message)
    return int(points)


def whole(text: str | None) -> int | None:
    """A whole number; blank is None."""
    return int(text) if trimmed(text) else None


def moment(text: str | None) -> datetime | None:
    """A date (midnight UTC) or time; blank is None."""
    if not trimmed(text):
        return None
    found = datetime.fromisoformat(text)
    return found.astimezone(UTC).replace(tzinfo=None) if found.tzinfo else found


@dataclass(frozen=True)
class Rule:
    """What grants points; a fit rule has no event type and asks nothing of its matches."""

    rule_id: str
    axis: str
    group_id: str | None
    condition: Condition
    points: int
    max_points: int | None
    event_type: str | None = None
    decay: tuple[tuple[int, int], ...] = ()
    distinct_by: str | None = None
    min_count: int | None = None
    within_days: int | None = None
    limit_count: int | None = None
    limit_period: str | None = None


@dataclass(frozen=True)
class Criterion:
    """One sufficient condition of a computed stage; a threshold of None does not ask."""

    criterion_id: str
    priority: int
    minimum: dict[str, int]
    required_rules: tuple[str, ...]


@dataclass(frozen=True)
class Definition:
    """One written agreement on what qualifies a lead."""

    definition_id: str
    is_official: bool
    effective_from: datetime
    effective_to: datetime
    fit_rules: list[Rule] = field(default_factory=list)
    event_rules: list[Rule] = field(default_factory=list)
    groups: dict[tuple[str, str], Limit] = field(default_factory=dict)
    axes: dict[str, Limit] = field(default_factory=dict)
    grades: dict[str, list[tuple[int, str]]] = field(default_factory=dict)
    criteria: dict[str, list[Criterion]] = field(default_factory=dict)
    resets: list[tuple[str, str, str]] = field(default_factory=list)

    def is_official_at(self, at: datetime) -> bool:
        """Whether leads are judged by it at that moment."""
        return self.is_official and self.effective_from <= at < self.effective_to

    @property
    def rules(self) -> dict[str, Rule]:
        """Every rule by its id, unique within the definition."""
        return {rule.rule_id: rule for rule in self.fit_rules + self.event_rules}


@dataclass(frozen=True)
class Stage:
    """One stage of the company's lifecycle."""

    stage: str
    rank: int
    track: str | None
    entered_by: str


def _of(seeds: Seeds, seed: str, definition_id: str) -> Iterator[dict[str, str]]:
    """The rows of one definition."""
    return (row for row in seeds.get(seed, []) if row["definition_id"] == definition_id)


def _condition(row: dict[str, str], name: str) -> Condition:
    """A rule that names nothing and no operator asks nothing."""
    return Condition(
        trimmed(row.get(name)), trimmed(row.get("operator")) or "always", row.get("value")
    )


def _shared(row: dict[str, str], name: str, axis: str) -> dict:
    """What both kinds of rules have."""
    return {
        "rule_id": row["rule_id"],
        "axis": axis,
        "group_id": trimmed(row.get("group_id")),
        "condition": _condition(row, name),
        "points": hundredths(row["points"]) // 100,
        "max_points": hundredths(row.get("max_points")),
    }


def _event_rule(row: dict[str, str], seeds: Seeds) -> Rule:
    schedule = [
        (int(step["after_days"]), int(step["remaining_percent"]))
        for step in seeds.get("decay_schedules", [])
        if step["decay_id"] == trimmed(row.get("decay_id"))
    ]
    return Rule(
        **_shared(row, "property", row["axis"]),
        event_type=trimmed(row["event_type"]),
        decay=tuple(sorted(schedule)),
        distinct_by=trimmed(row.get("distinct_by")),
        min_count=whole(row.get("min_count")),
        within_days=whole(row.get("within_days")),
        limit_count=whole(row.get("limit_count")),
        limit_period=trimmed(row.get("limit_period")),
    )


def _criterion(row: dict[str, str]) -> Criterion:
    thresholds = {
        axis: hundredths(row.get(f"min_{axis}_score"))
        for axis in ("fit", "intent", "product", "total")
    }
    required = trimmed(row.get("required_rules"))
    return Criterion(
        row["criterion_id"],
        whole(row.get("priority")) or 0,
        {axis: least for axis, least in thresholds.items() if least is not None},
        tuple(rule.strip(" ") for rule in required.split("&")) if required else (),
    )


def definitions(seeds: Seeds) -> list[Definition]:
    """Every definition of the folder."""
    return [_definition(row, seeds) for row in seeds["definitions"]]


def _definition(row: dict[str, str], seeds: Seeds) -> Definition:
    mine = row["definition_id"]
    grades: dict[str, list] = {}
    for grade in _of(seeds, "grades", mine):
        grades.setdefault(grade["axis"], []).append(
            (hundredths(grade["min_score"]), grade["grade"])
        )
    criteria: dict[str, list] = {}
    for criterion in _of(seeds, "stage_criteria", mine):
        criteria.setdefault(criterion["stage"], []).append(_criterion(criterion))
    for listed in criteria.values():
        listed.sort(key=lambda one: (one.priority, one.criterion_id.encode()))
    return Definition(
        definition_id=mine,
        is_official=row["status"] == "official",
        effective_from=moment(row.get("effective_from")) or BEGINNING,
        effective_to=moment(row.get("effective_to")) or END,
        fit_rules=[
            Rule(**_shared(rule, "attribute", "fit")) for rule in _of(seeds, "fit_rules", mine)
        ],
        event_rules=[_event_rule(rule, seeds) for rule in _of(seeds, "event_rules", mine)],
        groups={
            (group["axis"], group["group_id"]): (
                hundredths(group.get("min_points")),
                hundredths(group.get("max_points")),
            )
            for group in _of(seeds, "rule_groups", mine)
        },
        axes={
            axis["axis"]: (hundredths(axis.get("min_score")), hundredths(axis.get("max_score")))
            for axis in _of(seeds, "axes", mine)
        },
        grades=grades,
        criteria=criteria,
        resets=[
            (reset["trigger_type"], reset["trigger_value"], reset["axis"])
            for reset in _of(seeds, "resets", mine)
        ],
    )


def stages(seeds: Seeds) -> dict[str, Stage]:
    """Every stage by name."""
    return {
        row["stage"]: Stage(
            row["stage"], int(row["rank"]), trimmed(row.get("track")), row["entered_by"]
        )
        for row in seeds["stages"]
    }


def status_map(seeds: Seeds) -> dict[str, tuple[str | None, str | None]]:
    """Status text -> the stage it reports, or the outcome it ends with."""
    return {
        comparable(row["status"]): (trimmed(row.get("stage")), trimmed(row.get("outcome")))
        for row in seeds.get("status_map", [])
    }
