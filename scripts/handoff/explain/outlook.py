"""What was known at T of the time after T: the scheduled fades, and when the MQL condition cools.

Nothing that happened later takes part. A reset after T dropped the fades it made pointless from the
ledger; they are written again from the decay schedule, for at T they were scheduled.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from handoff.explain.facts import (
    CREDIT,
    DECAY,
    RESET,
    Agreement,
    Criterion,
    Entry,
    Facts,
)
from handoff.explain.limits import Balances


@dataclass(frozen=True)
class Outlook:
    """The fades scheduled at T, and the later resets that have replaced some of them."""

    fades: list[Entry]
    replaced_at: list[datetime]


def by_instant(entries: Iterable[Entry]) -> Iterator[tuple[datetime, list[Entry]]]:
    """Group entries by their moment, earliest first: those of one instant count together."""
    for moment, group in groupby(sorted(entries, key=_moment), key=_moment):
        yield moment, list(group)


def outlook(facts: Facts, at: datetime) -> Outlook:
    """Collect what the credits dated up to `at` have scheduled for afterwards."""
    credited = {
        (entry.rule_id, entry.source_id): entry.at
        for entry in facts.entries
        if entry.kind == CREDIT and entry.at <= at
    }
    fades = [
        entry
        for entry in facts.entries
        if entry.kind == DECAY and entry.at > at and (entry.rule_id, entry.source_id) in credited
    ]
    dropped = []
    replaced_at = set()
    for rule_id, (last, following) in _resets_around(facts.entries, at).items():
        if following is None:
            continue
        for (credited_rule, source_id), credited_at in credited.items():
            if credited_rule != rule_id or (last is not None and credited_at <= last):
                continue
            steps = [
                step
                for step in _steps(facts, rule_id, source_id)
                if step.at > credited_at and step.at >= following
            ]
            dropped += steps
            replaced_at |= {following} if steps else set()
    return Outlook(sorted(fades + dropped, key=_moment), sorted(replaced_at))


def first_met(criteria: Iterable[Criterion], balances: Balances) -> Criterion | None:
    """Return the first criterion, by priority, that the balances satisfy."""
    scores = balances.scores()
    scores["total"] = scores["fit"] + scores["intent"]
    for criterion in criteria:
        if all(scores[name] >= least for name, least in criterion.minimums.items()) and all(
            balances.rule_held(rule_id) > 0 for rule_id in criterion.required_rules
        ):
            return criterion
    return None


def mql_criteria(agreement: Agreement) -> list[Criterion]:
    """Pick the criteria of the stage that goes to sales."""
    return [criterion for criterion in agreement.criteria if criterion.stage == "mql"]


def cools_at(balances: Balances, fades: Iterable[Entry]) -> datetime | None:
    """Say when the MQL condition, which holds now, stops holding with no new act; None: never."""
    criteria = mql_criteria(balances.agreement)
    ahead = balances.copy()
    for moment, entries in by_instant(fades):
        ahead.post(entries)
        if first_met(criteria, ahead) is None:
            return moment
    return None


def _moment(entry: Entry) -> datetime:
    return entry.at


def _resets_around(
    entries: Iterable[Entry], at: datetime
) -> dict[str, tuple[datetime | None, datetime | None]]:
    """Find, by rule, the last reset up to `at` and the first one after it."""
    moments: dict[str, list[datetime]] = defaultdict(list)
    for entry in entries:
        if entry.kind == RESET:
            moments[entry.rule_id].append(entry.at)
    return {
        rule_id: (
            max((moment for moment in found if moment <= at), default=None),
            min((moment for moment in found if moment > at), default=None),
        )
        for rule_id, found in moments.items()
    }


def _steps(facts: Facts, rule_id: str, source_id: str) -> Iterator[Entry]:
    """Write the fades of one credit by its schedule."""
    rule = facts.agreement.rules[rule_id]
    source = facts.sources.get(source_id)
    if source is None:
        return
    before = 100
    for after_days, remaining in facts.agreement.schedules.get(rule.decay_id or "", ()):
        moment = source.occurred_at + timedelta(days=after_days)
        change = rule.points * (remaining - before)
        before = remaining
        if change:
            yield Entry(moment, DECAY, rule_id, source_id, change)
