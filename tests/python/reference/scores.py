"""From entries to scores at a moment, and from scores to which criterion holds."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from reference.definition import Criterion, Definition, Limit
from reference.ledger import Entry

AXES = ("fit", "intent", "product")


def within(points: int, limit: Limit) -> int:
    """Held within least..most; None is no limit."""
    least, most = limit
    if least is not None:
        points = max(points, least)
    return points if most is None else min(points, most)


@dataclass(frozen=True)
class Standing:
    """Where a lead stands at a moment: balances by rule, scores by axis, in hundredths."""

    rules: dict[str, int]
    axes: dict[str, int]


def standing(definition: Definition, entries: list[Entry], at: datetime) -> Standing:
    """Sum what is dated up to then; hold rules, then groups, then axes in their limits."""
    sums: dict[str, int] = defaultdict(int)
    for entry in entries:
        if entry.entry_at <= at:
            sums[entry.rule_id] += entry.points
    rules: dict[str, int] = {}
    groups: dict[tuple, int] = defaultdict(int)
    for rule_id, points in sums.items():
        rule = definition.rules[rule_id]
        most = rule.max_points
        rules[rule_id] = points if most is None else within(points, (-most, most))
        groups[rule.axis, rule.group_id] += rules[rule_id]
    axes = dict.fromkeys(AXES, 0)
    for group, points in groups.items():
        axes[group[0]] += within(points, definition.groups.get(group, (None, None)))
    for axis in AXES:
        least, most = definition.axes.get(axis, (None, None))
        axes[axis] = within(axes[axis], (0 if least is None else least, most))
    axes["total"] = axes["fit"] + axes["intent"]
    return Standing(rules, axes)


def grade(definition: Definition, axis: str, score: int) -> str | None:
    """The grade with the highest cut point at or below the score."""
    reached = [cut for cut in definition.grades.get(axis, []) if cut[0] <= score]
    return max(reached)[1] if reached else None


def met(definition: Definition, stage: str, now: Standing) -> Criterion | None:
    """The first criterion of the stage, by priority, that holds."""
    for criterion in definition.criteria.get(stage, []):
        scores_do = all(now.axes[axis] >= least for axis, least in criterion.minimum.items())
        if scores_do and all(now.rules.get(rule, 0) > 0 for rule in criterion.required_rules):
            return criterion
    return None


def credit_times(entries: list[Entry]) -> list[datetime]:
    """When something began to count for the lead: the only times it can qualify."""
    return sorted(
        {one.entry_at for one in entries if one.entry_kind == "credit" and one.points > 0}
    )


def first_qualified_at(
    definition: Definition, entries: list[Entry], as_of: datetime
) -> datetime | None:
    """When this definition alone, over all of history, would first have called the lead an MQL."""
    for at in credit_times(entries):
        if at <= as_of and met(definition, "mql", standing(definition, entries, at)):
            return at
    return None


def cools_at(definition: Definition, entries: list[Entry], as_of: datetime) -> datetime | None:
    """When, with no new act, the lead stops meeting the definition it meets now."""
    if not met(definition, "mql", standing(definition, entries, as_of)):
        return None
    for at in sorted({entry.entry_at for entry in entries if entry.entry_at > as_of}):
        if not met(definition, "mql", standing(definition, entries, at)):
            return at
    return None
