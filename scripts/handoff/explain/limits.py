"""The balances of one lead: entries clamped by rule, then group, then axis, in whole hundredths.

Each level takes the changes of the one below, adds them up, and passes on the changes of what it
holds. So at every instant: points of the entries = change of the axis + what the limits swallowed.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from handoff.explain.facts import AXES, Agreement, Entry, Limit

RULE, GROUP, AXIS = "rule", "group", "axis"
# An axis without a row of its own still has the floor.
FLOOR_OF_ZERO = Limit(lowest=0)


class Place(NamedTuple):
    """One balance: a rule's, a group's or an axis's."""

    level: str
    axis: str
    group_id: str | None = None
    rule_id: str | None = None

    @property
    def above(self) -> "Place":
        """Return where the changes of this balance go."""
        if self.level == RULE:
            return Place(GROUP, self.axis, self.group_id)
        return Place(AXIS, self.axis)

    @property
    def name(self) -> str:
        """Name it the way the definition does."""
        return self.rule_id or self.group_id or self.axis


@dataclass(frozen=True)
class Swallowed:
    """What one bound of one limit kept out at one instant (of a fall, when negative)."""

    place: Place
    bound: str
    limit: int
    hundredths: int
    balance: int
    held: int


def place_of(entry: Entry, agreement: Agreement) -> Place:
    """Find the balance an entry is posted to."""
    rule = agreement.rules[entry.rule_id]
    return Place(RULE, rule.axis, rule.group_id, rule.rule_id)


def limit_of(place: Place, agreement: Agreement) -> Limit:
    """Find what a balance is held within."""
    if place.level == RULE:
        return agreement.rules[place.rule_id].limit
    if place.level == GROUP:
        return agreement.groups.get((place.axis, place.group_id), Limit())
    return agreement.axes.get(place.axis, FLOOR_OF_ZERO)


@dataclass
class Balances:
    """Running balances; `post` moves them from one instant to the next."""

    agreement: Agreement
    sums: dict[Place, int] = field(default_factory=dict)

    def copy(self) -> "Balances":
        """Return balances that can run on by themselves."""
        return Balances(self.agreement, dict(self.sums))

    def post(self, entries: Iterable[Entry]) -> list[Swallowed]:
        """Post the entries of one instant together; return what the limits swallowed of them."""
        changes: dict[Place, int] = defaultdict(int)
        for entry in entries:
            changes[place_of(entry, self.agreement)] += entry.hundredths
        swallowed: list[Swallowed] = []
        for level in (RULE, GROUP, AXIS):
            passed_on: dict[Place, int] = defaultdict(int)
            for place, change in changes.items():
                held = self._post(place, change, swallowed)
                if level != AXIS:
                    passed_on[place.above] += held
            changes = passed_on
        return swallowed

    def held(self, place: Place) -> int:
        """Return what counts of a balance now."""
        return limit_of(place, self.agreement).held(self.sums.get(place, 0))

    def scores(self) -> dict[str, int]:
        """Return the score of every axis now."""
        return {axis: self.held(Place(AXIS, axis)) for axis in AXES}

    def rule_held(self, rule_id: str) -> int:
        """Return what a rule holds now; 0 for one the definition does not have."""
        rule = self.agreement.rules.get(rule_id)
        return self.held(Place(RULE, rule.axis, rule.group_id, rule_id)) if rule else 0

    def _post(self, place: Place, change: int, swallowed: list[Swallowed]) -> int:
        """Add a change to one balance and return the change of what counts of it."""
        limit = limit_of(place, self.agreement)
        before = self.sums.get(place, 0)
        after = self.sums[place] = before + change
        kept_out = {
            "highest": limit.over(after) - limit.over(before),
            "lowest": limit.under(before) - limit.under(after),
        }
        swallowed += [
            Swallowed(place, bound, getattr(limit, bound), points, after, limit.held(after))
            for bound, points in kept_out.items()
            if points
        ]
        return limit.held(after) - limit.held(before)
