"""The account statement of a lead's score: from the facts at T to what is printed.

A `Statement` is already printable: times are ISO 8601 text in UTC, points decimals to the
hundredth. It exists only if it adds up.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from handoff.as_of import iso_text
from handoff.errors import UsageError
from handoff.explain import proof, words
from handoff.explain.facts import (
    DECAY,
    RESET,
    Agreement,
    Definition,
    Entry,
    Facts,
    Score,
    StageEntry,
)
from handoff.explain.limits import Balances, Place, Swallowed, place_of
from handoff.explain.outlook import (
    Outlook,
    by_instant,
    cools_at,
    first_met,
    mql_criteria,
    outlook,
)
from handoff.explain.warehouse import opened
from handoff.home import Home


@dataclass(frozen=True)
class Scores:
    """The scores at one moment, after all limits; `total` is fit + intent."""

    fit: Decimal
    intent: Decimal
    product: Decimal
    total: Decimal


@dataclass(frozen=True)
class Grades:
    """Letter, number and both together; null below all cut points."""

    fit: str | None
    intent: str | None
    combined: str | None


@dataclass(frozen=True)
class LimitBound:
    """A limit that bound at one instant: `balance` counts as `held`, `swallowed` did not count.

    `swallowed` is negative where a fall did not count, the points having been beyond the limit.
    """

    level: str
    name: str
    bound: str
    limit: Decimal
    swallowed: Decimal
    balance: Decimal
    held: Decimal


@dataclass(frozen=True)
class Line:
    """One entry; `balance` is what the scores are after all entries of its instant."""

    at: str
    kind: str
    happened: str
    axis: str
    group_id: str | None
    rule_id: str
    reason: str | None
    source_id: str
    points: Decimal
    balance: Scores
    limits: list[LimitBound]


@dataclass(frozen=True)
class StageLine:
    """One stage of one cycle as known at T, with what was frozen when it was entered."""

    cycle: int
    stage: str
    observed_at: str | None
    reached_at: str
    is_inferred: bool
    definition_id: str | None
    criterion_id: str | None
    reason: str | None
    fit_score: Decimal | None
    intent_score: Decimal | None
    product_score: Decimal | None
    fit_grade: str | None
    intent_grade: str | None
    cycle_ended_at: str | None
    cycle_outcome: str | None


@dataclass(frozen=True)
class Mql:
    """Whether the definition's MQL condition holds at T, by which criterion and until when.

    `first_qualified_at` is the first act at which it held, whoever was official and cycles aside.
    """

    holds: bool
    criterion_id: str | None
    reason: str | None
    cools_at: str | None
    first_qualified_at: str | None
    first_qualified_criterion_id: str | None


@dataclass(frozen=True)
class DefinitionLine:
    """The definition the statement is under."""

    definition_id: str
    title: str | None
    is_official_at: bool
    effective_from: str | None
    effective_to: str | None


@dataclass(frozen=True)
class Statement:
    """Everything `handoff explain` prints."""

    lead_id: str
    created_at: str
    at: str
    as_of: str
    definition: DefinitionLine
    scores: Scores
    grades: Grades
    mql: Mql
    lines: list[Line]
    fades: list[Line]
    stages: list[StageLine]
    notes: list[str]


def explain(
    home: Home, lead_id: str, *, definition_id: str | None = None, at: datetime | None = None
) -> Statement:
    """Read one lead and write its statement at `at`; None is the as-of of the last build."""
    with opened(home) as warehouse:
        as_of = warehouse.as_of()
        at = at or as_of
        definition = chosen(warehouse.definitions(), definition_id, at)
        lead = warehouse.lead(lead_id, as_of)
        facts = warehouse.facts(lead, definition, as_of)
    return state(facts, at)


def chosen(definitions: list[Definition], wanted: str | None, at: datetime) -> Definition:
    """Return the definition asked for, else the one official at `at`."""
    known = ", ".join(definition.definition_id for definition in definitions)
    if wanted is not None:
        found = [definition for definition in definitions if definition.definition_id == wanted]
        if not found:
            message = f"There is no definition {words.shown(wanted)}; known: {known}."
            raise UsageError(message)
        return found[0]
    found = [definition for definition in definitions if definition.is_official_at(at)]
    if not found:
        message = (
            f"No definition is official at {iso_text(at)}; name one with --definition-id: {known}."
        )
        raise UsageError(message)
    return found[0]


def state(facts: Facts, at: datetime) -> Statement:
    """Work the statement out and prove it."""
    proof.known_rules(facts)
    balances = Balances(facts.agreement)
    past = [entry for entry in facts.entries if entry.at <= at]
    known = outlook(facts, at)
    lines, instants = _lines(facts, balances, past)
    proof.adds_up(facts, instants, at)
    fading, _ = _lines(facts, balances.copy(), known.fades)
    scores = balances.scores()
    is_there = facts.lead.created_at <= at
    grades = {
        axis: facts.grade(facts.definition.definition_id, axis, scores[axis]) if is_there else None
        for axis in ("fit", "intent")
    }
    both = f"{grades['fit']}{grades['intent']}" if all(grades.values()) else None
    definition = facts.definition
    return Statement(
        lead_id=words.clean(facts.lead.lead_id),
        created_at=iso_text(facts.lead.created_at),
        at=iso_text(at),
        as_of=iso_text(facts.as_of),
        definition=DefinitionLine(
            definition.definition_id,
            _text(definition.title),
            definition.is_official_at(at),
            _iso(definition.effective_from),
            _iso(definition.effective_to),
        ),
        scores=_scores(scores),
        grades=Grades(grades["fit"], grades["intent"], both),
        mql=_mql(facts, balances, known, at),
        lines=lines,
        fades=fading,
        stages=[_stage(facts, entry, at) for entry in facts.stages if entry.reached_at <= at],
        notes=_notes(facts, known, at),
    )


def _lines(
    facts: Facts, balances: Balances, entries: Iterable[Entry]
) -> tuple[list[Line], list[tuple[datetime, Mapping[str, int]]]]:
    """Post the entries instant by instant; return their lines and the scores after each instant."""
    lines: list[Line] = []
    instants: list[tuple[datetime, Mapping[str, int]]] = []
    for moment, group in by_instant(entries):
        together = sorted(group, key=lambda entry: _place_order(entry, facts.agreement))
        swallowed = balances.post(together)
        scores = balances.scores()
        instants.append((moment, scores))
        bound_at = _bound_at(together, swallowed, facts.agreement)
        lines += [
            _line(facts, entry, _scores(scores), bound_at.get(number, []))
            for number, entry in enumerate(together)
        ]
    return lines, instants


def _bound_at(
    entries: list[Entry], swallowed: list[Swallowed], agreement: Agreement
) -> dict[int, list[LimitBound]]:
    """Set each limit that bound beside the last entry it speaks of."""
    last: dict[Place, int] = {}
    for number, entry in enumerate(entries):
        place = place_of(entry, agreement)
        for affected in (place, place.above, place.above.above):
            last[affected] = number
    bound: dict[int, list[LimitBound]] = {}
    for item in swallowed:
        bound.setdefault(last[item.place], []).append(
            LimitBound(
                item.place.level,
                item.place.name,
                item.bound,
                _points(item.limit),
                _points(item.hundredths),
                _points(item.balance),
                _points(item.held),
            )
        )
    return bound


def _line(facts: Facts, entry: Entry, balance: Scores, limits: list[LimitBound]) -> Line:
    rule = facts.agreement.rules[entry.rule_id]
    source = facts.sources.get(entry.source_id)
    reason = (
        words.reset_reason(rule, facts.agreement, source) if entry.kind == RESET else rule.reason
    )
    return Line(
        at=iso_text(entry.at),
        kind=entry.kind,
        happened=words.happened(entry, facts.agreement, source),
        axis=rule.axis,
        group_id=rule.group_id,
        rule_id=rule.rule_id,
        reason=_text(reason),
        source_id=words.unnamed(entry.source_id),
        points=_points(entry.hundredths),
        balance=balance,
        limits=limits,
    )


def _mql(facts: Facts, balances: Balances, known: Outlook, at: datetime) -> Mql:
    """Say whether the MQL condition holds, first held and will hold."""
    past = [score for score in facts.history if score.at <= at]
    # before anything has happened there is no instant at which a condition could hold
    met = first_met(mql_criteria(facts.agreement), balances) if past else None
    proof.same_criterion(met.criterion_id if met else None, past[-1] if past else None, at)
    cooling = cools_at(balances, known.fades) if met else None
    if met and at >= facts.as_of:
        proof.same_cooling(cooling, facts, at)
    first = next((score for score in past if score.has_credit and score.mql_criterion_id), None)
    return Mql(
        holds=met is not None,
        criterion_id=met.criterion_id if met else None,
        reason=_text(met.reason) if met else None,
        cools_at=_iso(cooling),
        first_qualified_at=_iso(first.at if first else None),
        first_qualified_criterion_id=_criterion_of(first),
    )


def _criterion_of(score: Score | None) -> str | None:
    return score.mql_criterion_id if score else None


def _stage(facts: Facts, entry: StageEntry, at: datetime) -> StageLine:
    """Write a stage as it was known at T: what was observed or ended later was not."""
    observed = entry.observed_at if entry.observed_at and entry.observed_at <= at else None
    has_ended = entry.cycle_ended_at is not None and entry.cycle_ended_at <= at
    frozen = entry.hundredths if observed else dict.fromkeys(entry.hundredths)
    definition_id = entry.definition_id if observed else None
    criterion_id = entry.criterion_id if observed else None
    reason = facts.criterion_reasons.get((definition_id or "", entry.stage, criterion_id or ""))
    return StageLine(
        cycle=entry.cycle,
        stage=entry.stage,
        observed_at=_iso(observed),
        reached_at=iso_text(entry.reached_at),
        is_inferred=observed is None or entry.reached_at < observed,
        definition_id=definition_id,
        criterion_id=criterion_id,
        reason=_text(reason),
        **{f"{axis}_score": _maybe_points(points) for axis, points in frozen.items()},
        **{
            f"{axis}_grade": facts.grade(definition_id, axis, frozen[axis])
            for axis in ("fit", "intent")
        },
        cycle_ended_at=_iso(entry.cycle_ended_at) if has_ended else None,
        cycle_outcome=entry.cycle_outcome if has_ended else None,
    )


def _notes(facts: Facts, known: Outlook, at: datetime) -> list[str]:
    """Say what a reader must know to read the statement right."""
    notes = []
    if not facts.definition.is_official_at(at):
        notes.append(
            f"{facts.definition.definition_id} is not official at this time: it moves nobody."
        )
    if at > facts.as_of:
        notes.append(
            f"Later than the last build (as of {iso_text(facts.as_of)}): the fades scheduled by"
            " then are applied, and no new act is assumed."
        )
    if facts.lead.created_at > at:
        notes.append(f"The lead was only created at {iso_text(facts.lead.created_at)}.")
    if at < facts.as_of:
        later = sum(entry.at > at and entry.kind != DECAY for entry in facts.entries)
        if later:
            notes.append(
                f"Entries of acts, versions and resets after this time, not shown: {later}."
            )
        if not facts.lead.has_attribute_history:
            notes.append(
                "Only one version of the lead is known: its fit in the past is as today's."
            )
    if known.replaced_at:
        moments = ", ".join(iso_text(moment) for moment in known.replaced_at)
        notes.append(
            f"Of the fades scheduled at this time, those from {moments} on never came: a later"
            " reset has replaced them."
        )
    return notes


def _place_order(entry: Entry, agreement: Agreement) -> tuple:
    rule = agreement.rules[entry.rule_id]
    return (rule.axis, rule.group_id or "", rule.rule_id, entry.kind, entry.source_id)


def _points(hundredths: int) -> Decimal:
    return Decimal(hundredths).scaleb(-2)


def _maybe_points(hundredths: int | None) -> Decimal | None:
    return None if hundredths is None else _points(hundredths)


def _scores(hundredths: Mapping[str, int]) -> Scores:
    total = hundredths["fit"] + hundredths["intent"]
    return Scores(
        _points(hundredths["fit"]),
        _points(hundredths["intent"]),
        _points(hundredths["product"]),
        _points(total),
    )


def _text(text: str | None) -> str | None:
    """Print the definition's own words in full, without control characters."""
    return words.clean(text) if text else None


def _iso(moment: datetime | None) -> str | None:
    return iso_text(moment) if moment else None
