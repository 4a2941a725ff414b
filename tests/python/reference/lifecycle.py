"""Cycles and stages: what sales reported and what was computed, put in order."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from reference.definition import Criterion, Definition, Stage
from reference.ledger import Entry, Person
from reference.scores import Standing, credit_times, met, standing
from reference.seen import closed_by
from reference.values import comparable
from reference.world import END, Row

Report = tuple[datetime, str]


@dataclass(frozen=True)
class Said:
    """What was reported of one lead: stages it entered, outcomes that ended its cycles."""

    statuses: list[tuple[datetime, str]]
    stages: list[Report]
    outcomes: list[Report]


@dataclass(frozen=True)
class Qualification:
    """A computed stage's condition holding at a credit time, and by what."""

    at: datetime
    definition: Definition
    criterion: Criterion
    standing: Standing


@dataclass(frozen=True)
class StageRow:
    """One stage in one cycle; `qualification` is there for computed stages that were observed."""

    cycle: int
    stage: Stage
    observed_at: datetime | None
    reached_at: datetime
    qualification: Qualification | None

    @property
    def is_inferred(self) -> bool:
        """Reached without, or before, being observed."""
        return self.observed_at is None or self.reached_at < self.observed_at


@dataclass(frozen=True)
class Journey:
    """All cycles of one lead, and where it stands."""

    rows: list[StageRow]
    current_stage: str

    @property
    def cycle_count(self) -> int:
        """How many cycles it has gone through or is in."""
        return max(row.cycle for row in self.rows)

    @property
    def mql_times(self) -> list[datetime]:
        """When it was observed to become an MQL, cycle by cycle."""
        observed = (row.observed_at for row in self.rows if row.stage.stage == "mql")
        return sorted(at for at in observed if at)


def losing(lost: Row, opportunities: list[Row]) -> Iterable[Report]:
    """A lost opportunity says `lost`, unless another is open at that moment or one has been won."""
    at = lost["closed_at"]
    for other in opportunities:
        if other["opportunity_id"] == lost["opportunity_id"]:
            continue
        won = closed_by(other, at) and other["is_won"]
        still_open = other["created_at"] <= at and not closed_by(other, at)
        if won or still_open:
            return
    yield (at, "lost")


def said(
    changes: list[Row],
    opportunities: list[Row],
    status_map: dict[str, tuple[str | None, str | None]],
    as_of: datetime,
) -> Said:
    """Everything reported of one lead by its statuses and its opportunities."""
    reported, outcomes = [], []
    statuses = [(row["changed_at"], comparable(row["status"])) for row in changes]
    for at, status in statuses:
        stage, outcome = status_map.get(status, (None, None))
        reported += [(at, stage)] if stage else []
        outcomes += [(at, outcome)] if outcome else []
    for row in opportunities:
        reported.append((row["created_at"], "opportunity"))
        if closed_by(row, as_of) and row["is_won"]:
            reported.append((row["closed_at"], "customer"))
        elif closed_by(row, as_of):
            outcomes += losing(row, opportunities)
    return Said(statuses, reported, outcomes)


def qualifications(
    stage: str, definitions: list[Definition], ledgers: dict[str, list[Entry]]
) -> list[Qualification]:
    """Every credit time at which the definition official then says the condition holds."""
    found = []
    for definition in definitions:
        entries = ledgers[definition.definition_id]
        for at in credit_times(entries):
            now = standing(definition, entries, at)
            criterion = met(definition, stage, now)
            if criterion and definition.is_official_at(at):
                found.append(Qualification(at, definition, criterion, now))
    return sorted(found, key=lambda one: one.at)


def cycle_ends(person: Person) -> list[Report]:
    """When cycles ended and how; of several outcomes at one instant the alphabetically first."""
    at_once = defaultdict(set)
    for at, outcome in person.outcomes:
        if at >= person.created_at:
            at_once[at].add(outcome)
    return [(at, min(outcomes)) for at, outcomes in sorted(at_once.items())]


def reached(stage: Stage, observed: dict[Stage, datetime]) -> datetime | None:
    """When the stage was passed: also by being seen beyond it, except on the product track."""
    passed = [at for other, at in observed.items() if other == stage]
    if stage.track != "product":
        passed += [
            at
            for other, at in observed.items()
            if other.rank > stage.rank and other.track != "product"
        ]
    return min(passed, default=None)


def cycle_rows(
    cycle: int, stages: dict[str, Stage], observed: dict[str, datetime], why: dict
) -> list[StageRow]:
    """The rows of one cycle; `lead` is reached at creation only, so in cycle 1 only."""
    seen = {stages[name]: at for name, at in observed.items()}
    rows = []
    for stage in stages.values():
        at = reached(stage, seen)
        if at is not None and (stage.entered_by != "created" or cycle == 1):
            rows.append(StageRow(cycle, stage, observed.get(stage.stage), at, why.get(stage.stage)))
    return rows


def journey(
    person: Person,
    reported: list[Report],
    stages: dict[str, Stage],
    computed: dict[str, list[Qualification]],
    requalify_after_days: int,
) -> Journey:
    """Cut a lead's history into cycles and place every stage in them."""
    ends = cycle_ends(person)
    starts = [None] + [at for at, _ in ends]
    rows: list[StageRow] = []
    current, cycle = "", 0
    for start, (end, outcome) in zip(starts, [*ends, (END, None)], strict=True):
        why = {}
        observed = {"lead": person.created_at} if start is None else {}
        for at, stage in sorted((max(at, person.created_at), stage) for at, stage in reported):
            inside = (start is None or at > start) and at <= end
            if inside and stage in stages and stages[stage].entered_by == "reported":
                observed.setdefault(stage, at)
        open_from = start and start + timedelta(days=requalify_after_days)
        for stage, held in computed.items():
            inside = [
                one for one in held if (start is None or one.at > open_from) and one.at <= end
            ]
            if inside:
                why[stage] = inside[0]
                observed[stage] = inside[0].at
        if observed:
            cycle += 1
            rows += cycle_rows(cycle, stages, observed, why)
            current = outcome or highest([row.stage for row in rows if row.cycle == cycle])
    return Journey(rows, current)


def highest(reached_stages: list[Stage]) -> str:
    """The highest stage; of equals one of the marketing track, then the first by name."""
    ordered = sorted(
        reached_stages, key=lambda one: (-one.rank, one.track == "product", one.stage.encode())
    )
    return ordered[0].stage
