"""The whole answer for one world: what the built warehouse must say, to the last row."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime

from reference import definition as agreement
from reference.definition import Definition
from reference.identity import KnownEvent, known_events
from reference.ledger import Entry, Person, ledger
from reference.lifecycle import Journey, journey, qualifications, said
from reference.scores import AXES, cools_at, first_qualified_at, grade, standing
from reference.seen import lead_states, seen_opportunities, seen_rows
from reference.signals import with_signals
from reference.world import World


@dataclass(frozen=True)
class Score:
    """One row of `fct_lead_scores`; points in hundredths."""

    fit_score: int
    intent_score: int
    product_score: int
    total_score: int
    fit_grade: str | None
    intent_grade: str | None
    has_fit_evidence: bool
    first_qualified_at: datetime | None
    cools_at: datetime | None


@dataclass(frozen=True)
class Reason:
    """One row of `fct_score_reasons`: what a rule holds now."""

    points_held: int
    last_credited_at: datetime | None


@dataclass(frozen=True)
class StageEntry:
    """One row of `fct_lead_stages`; scores in hundredths, as a computed stage was entered."""

    lead_id: str
    cycle: int
    stage: str
    rank: int
    observed_at: datetime | None
    reached_at: datetime
    is_inferred: bool
    definition_id: str | None = None
    criterion_id: str | None = None
    fit_score: int | None = None
    intent_score: int | None = None
    product_score: int | None = None
    fit_grade: str | None = None
    intent_grade: str | None = None


@dataclass(frozen=True)
class Lead:
    """The columns of `dim_leads` that scoring and lifecycle answer for."""

    created_at: datetime
    current_stage: str
    cycle_count: int
    first_mql_at: datetime | None
    latest_mql_at: datetime | None
    mql_count: int


@dataclass
class Answer:
    """What must come out. Deleted leads are in `events` and `ledger` (no marts), nowhere else."""

    events: dict[str, KnownEvent] = field(default_factory=dict)
    ledger: list[Entry] = field(default_factory=list)
    scores: dict[tuple[str, str], Score] = field(default_factory=dict)
    reasons: dict[tuple[str, str, str], Reason] = field(default_factory=dict)
    stages: list[StageEntry] = field(default_factory=list)
    leads: dict[str, Lead] = field(default_factory=dict)
    deleted: set[str] = field(default_factory=set)


def people(world: World) -> list[tuple[Person, list]]:
    """Every lead that has arrived, with the stages reported of it."""
    states = lead_states(world)
    events = known_events(world, {lead_id: held[0].start for lead_id, held in states.items()})
    mapped = agreement.status_map(world.definition)
    changes, opportunities = defaultdict(list), defaultdict(list)
    for row in seen_rows(world, "stage_changes", "change_id", "changed_at"):
        changes[row["lead_id"]].append(row)
    for row in seen_opportunities(world):
        opportunities[row["lead_id"]].append(row)
    found = []
    for lead_id, held in states.items():
        heard = said(changes[lead_id], opportunities[lead_id], mapped, world.as_of)
        acts = with_signals(events.get(lead_id, []))
        person = Person(lead_id, held, acts, heard.statuses, heard.outcomes)
        found.append((person, heard.stages))
    return found


def score(definition: Definition, person: Person, entries: list[Entry], as_of: datetime) -> Score:
    """Where a lead stands under one definition."""
    axes = standing(definition, entries, as_of).axes
    named = [rule.condition.name for rule in definition.fit_rules if rule.condition.name]
    return Score(
        *(axes[axis] for axis in (*AXES, "total")),
        fit_grade=grade(definition, "fit", axes["fit"]),
        intent_grade=grade(definition, "intent", axes["intent"]),
        has_fit_evidence=any(person.states[-1].value(name) is not None for name in named),
        first_qualified_at=first_qualified_at(definition, entries, as_of),
        cools_at=cools_at(definition, entries, as_of),
    )


def reasons(definition: Definition, entries: list[Entry], as_of: datetime) -> dict[str, Reason]:
    """What each rule holds at as-of, rules that hold nothing left out."""
    found = {}
    for rule_id, points in standing(definition, entries, as_of).rules.items():
        credited = [
            entry.entry_at
            for entry in entries
            if entry.rule_id == rule_id and entry.entry_kind == "credit"
        ]
        if points:
            found[rule_id] = Reason(points, max(credited, default=None))
    return found


def stage_entries(lead_id: str, travelled: Journey) -> list[StageEntry]:
    """A journey as rows, scores and grades as they were when a computed stage was entered."""
    rows = []
    for row in travelled.rows:
        frozen = {}
        if row.qualification:
            by, axes = row.qualification.definition, row.qualification.standing.axes
            frozen = {
                "definition_id": by.definition_id,
                "criterion_id": row.qualification.criterion.criterion_id,
                "fit_score": axes["fit"],
                "intent_score": axes["intent"],
                "product_score": axes["product"],
                "fit_grade": grade(by, "fit", axes["fit"]),
                "intent_grade": grade(by, "intent", axes["intent"]),
            }
        rows.append(
            StageEntry(
                lead_id,
                row.cycle,
                row.stage.stage,
                row.stage.rank,
                row.observed_at,
                row.reached_at,
                row.is_inferred,
                **frozen,
            )
        )
    return rows


def answer(world: World) -> Answer:
    """Answer for every lead, under every definition, at the world's as-of."""
    found = Answer()
    definitions = agreement.definitions(world.definition)
    stages = agreement.stages(world.definition)
    computed = [name for name, stage in stages.items() if stage.entered_by == "computed"]
    for person, reported in people(world):
        lead_id = person.lead_id
        ledgers = {one.definition_id: ledger(one, person) for one in definitions}
        found.events |= {event.event_id: event for event in person.events}
        for entries in ledgers.values():
            found.ledger += entries
        if person.states[-1].lead.get("is_deleted"):
            found.deleted.add(lead_id)
            continue
        for one in definitions:
            entries = ledgers[one.definition_id]
            found.scores[one.definition_id, lead_id] = score(one, person, entries, world.as_of)
            for rule_id, reason in reasons(one, entries, world.as_of).items():
                found.reasons[one.definition_id, lead_id, rule_id] = reason
        travelled = journey(
            person,
            reported,
            stages,
            {stage: qualifications(stage, definitions, ledgers) for stage in computed},
            world.requalify_after_days,
        )
        found.stages += stage_entries(lead_id, travelled)
        times = travelled.mql_times
        found.leads[lead_id] = Lead(
            person.created_at,
            travelled.current_stage,
            travelled.cycle_count,
            times[0] if times else None,
            times[-1] if times else None,
            len(times),
        )
    return found
