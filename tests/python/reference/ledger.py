"""From what is known of a lead to its account under one definition: matches, credits, entries."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from reference.definition import Definition, Rule
from reference.identity import KnownEvent
from reference.seen import State
from reference.values import comparable, trimmed
from reference.world import END


@dataclass(frozen=True)
class Person:
    """What is known of one lead: what it was, what it did, what sales said of it."""

    lead_id: str
    states: list[State]
    events: list[KnownEvent]
    statuses: list[tuple[datetime, str]]
    outcomes: list[tuple[datetime, str]]

    @property
    def created_at(self) -> datetime:
        """The lead's own beginning; nothing of it is dated earlier."""
        return self.states[0].start


@dataclass(frozen=True)
class Entry:
    """One row of the ledger; points in hundredths."""

    definition_id: str
    lead_id: str
    axis: str
    group_id: str | None
    rule_id: str
    source_id: str | None
    entry_at: datetime
    entry_kind: str
    points: int


@dataclass(frozen=True)
class Posting:
    """An entry before it is known whose it is: when, of which kind, how many hundredths."""

    at: datetime
    kind: str
    points: int


@dataclass(frozen=True)
class Credit:
    """Points granted by one event or attribute, with all they will ever write."""

    rule: Rule
    dated: datetime
    source_id: str | None
    postings: tuple[Posting, ...]


def reset_instants(definition: Definition, person: Person, axis: str) -> list[datetime]:
    """When the axis is emptied, in order; several triggers at one instant are one."""
    happened = (
        {("status", status, at) for at, status in person.statuses}
        | {("outcome", outcome, at) for at, outcome in person.outcomes}
        | {("event", trimmed(one.row["event_type"]), one.known_at) for one in person.events}
    )
    asked = {
        (kind, trimmed(value) if kind == "event" else comparable(value))
        for kind, value, of_axis in definition.resets
        if of_axis == axis
    }
    return sorted({at for kind, value, at in happened if (kind, value) in asked})


def first_per_value(rule: Rule, matches: list[KnownEvent]) -> list[KnownEvent]:
    """`distinct_by`: the first match for each value; without a value it does not count."""
    if rule.distinct_by is None:
        return matches
    first: dict[str, KnownEvent] = {}
    for match in matches:
        value = comparable(match.value(rule.distinct_by))
        if value is not None:
            first.setdefault(value, match)
    return list(first.values())


def often_enough(rule: Rule, matches: list[KnownEvent]) -> list[KnownEvent]:
    """`min_count`, `within_days`: the (n - 1)-th before it exists and is not too old."""
    if rule.min_count is None:
        return matches
    back = rule.min_count - 1
    kept = []
    for place, match in enumerate(matches):
        if place < back:
            continue
        if rule.within_days is not None:
            oldest = match.occurred_at - timedelta(days=rule.within_days)
            if matches[place - back].occurred_at <= oldest:
                continue
        kept.append(match)
    return kept


def period(rule: Rule, match: KnownEvent) -> object:
    """The day, week (from Monday), month or eternity the event happened in."""
    day = match.occurred_at.date()
    return {
        "day": day,
        "week": day - timedelta(days=day.weekday()),
        "month": (day.year, day.month),
        "ever": None,
    }[rule.limit_period]


def within_limit(rule: Rule, matches: list[KnownEvent]) -> list[KnownEvent]:
    """`limit_count`, `limit_period`: so many a period, the first win."""
    if rule.limit_count is None:
        return matches
    used: dict[object, int] = defaultdict(int)
    kept = []
    for match in matches:
        used[period(rule, match)] += 1
        if used[period(rule, match)] <= rule.limit_count:
            kept.append(match)
    return kept


def counted(rule: Rule, events: list[KnownEvent], resets: list[datetime]) -> list[KnownEvent]:
    """The matches of a rule that count. What is known after a reset is counted among itself."""
    stretches = defaultdict(list)
    for event in sorted(events, key=lambda one: one.order):
        found = event.value(rule.condition.name) if rule.condition.name else None
        if trimmed(event.row["event_type"]) == rule.event_type and rule.condition.holds(found):
            stretches[sum(reset < event.known_at for reset in resets)].append(event)
    return [
        match
        for matches in stretches.values()
        for match in within_limit(rule, often_enough(rule, first_per_value(rule, matches)))
    ]


def event_credit(rule: Rule, match: KnownEvent) -> Credit:
    """What is left of the points when the event becomes known, and what fades later."""
    remaining = 100
    later = []
    for after_days, percent in rule.decay:
        at = match.occurred_at + timedelta(days=after_days)
        if at > match.known_at:
            later.append((at, percent))
        else:
            remaining = percent
    postings = [Posting(match.known_at, "credit", rule.points * remaining)]
    for at, percent in later:
        postings.append(Posting(at, "decay", rule.points * (percent - remaining)))
        remaining = percent
    return Credit(rule, match.known_at, match.event_id, tuple(postings))


def fit_credits(rule: Rule, states: list[State]) -> Iterable[Credit]:
    """One credit for each unbroken stretch of matching, reversed where the stretch ends."""
    begun = None
    for state in states:
        found = state.value(rule.condition.name) if rule.condition.name else None
        if rule.condition.holds(found):
            begun = begun or state.start
        elif begun:
            postings = (
                Posting(begun, "credit", rule.points * 100),
                Posting(state.start, "reversal", -rule.points * 100),
            )
            yield Credit(rule, begun, None, postings)
            begun = None
    if begun:
        yield Credit(rule, begun, None, (Posting(begun, "credit", rule.points * 100),))


def after_resets(
    granted: list[Credit], resets: list[datetime]
) -> Iterable[tuple[Rule, str | None, Posting]]:
    """Cut each credit at the first reset at or after it; one posting a rule takes out the rest."""
    remained: dict[tuple[Rule, datetime], int] = defaultdict(int)
    for credit in granted:
        cut = min((reset for reset in resets if reset >= credit.dated), default=END)
        for posting in credit.postings:
            if posting.at < cut:
                remained[credit.rule, cut] += posting.points
                yield credit.rule, credit.source_id, posting
    for (rule, cut), points in remained.items():
        if cut < END:
            yield rule, None, Posting(cut, "reset", -points)


def ledger(definition: Definition, person: Person) -> list[Entry]:
    """Every entry of one lead under one definition, future decays included; none of 0 points."""
    entries = []
    for axis in ("fit", "intent", "product"):
        resets = reset_instants(definition, person, axis)
        granted = [
            event_credit(rule, match)
            for rule in definition.event_rules
            if rule.axis == axis
            for match in counted(rule, person.events, resets)
        ]
        if axis == "fit":
            for rule in definition.fit_rules:
                granted += fit_credits(rule, person.states)
        entries += [
            Entry(
                definition_id=definition.definition_id,
                lead_id=person.lead_id,
                axis=axis,
                group_id=rule.group_id,
                rule_id=rule.rule_id,
                source_id=source_id,
                entry_at=posting.at,
                entry_kind=posting.kind,
                points=posting.points,
            )
            for rule, source_id, posting in after_resets(granted, resets)
            if posting.points
        ]
    return entries
