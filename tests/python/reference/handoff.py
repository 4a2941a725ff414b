"""What sales did with each MQL: whose it was, when somebody answered, what was decided, when due.

Time in working hours is counted shift by shift on the wall's clock, which is slow and plain.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from reference import definition as agreement
from reference.answer import people
from reference.definition import whole
from reference.ledger import Person, ledger
from reference.lifecycle import StageRow, cycle_ends, journey, qualifications
from reference.seen import seen_rows
from reference.values import comparable, trimmed
from reference.world import BEGINNING, Row, World

FEWEST_LEADS, OTHER = 3, "(other)"  # as the var min_leads_with_reason has it
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
UTC = ZoneInfo("UTC")


@dataclass(frozen=True)
class Act:
    """One act of sales: a touch, or a status it set; `outcome` where the status ends a cycle."""

    at: datetime
    kind: str
    source_id: str
    owner_id: str | None
    outcome: str | None = None
    reason: str | None = None


@dataclass(frozen=True)
class HandedOff:
    """One MQL and what became of it."""

    lead_id: str
    cycle: int
    mql_at: datetime
    decision: str
    decided_at: datetime | None
    outcome: str | None
    reason: str | None
    first_response_at: datetime | None
    response_class: str
    worked_before_mql: bool
    due_at: datetime | None
    sla_status: str | None
    business_sla_status: str | None
    queue: str
    priority: int
    is_default: bool
    owner_id: str | None
    is_owner_kept: bool


@dataclass(frozen=True)
class Mql:
    """A lead in a cycle, observed to become an MQL; the cycle's own beginning and end."""

    row: StageRow
    rows: list[StageRow]
    began_at: datetime
    ended_at: datetime | None
    outcome: str | None
    version: Row

    @property
    def at(self) -> datetime:
        """When every clock starts."""
        return self.row.observed_at


def handed_off(world: World) -> list[HandedOff]:
    """Every observed MQL of every lead that is not deleted, as of the world's moment."""
    stages = agreement.stages(world.definition)
    definitions = agreement.definitions(world.definition)
    computed = [name for name, stage in stages.items() if stage.entered_by == "computed"]
    acts = acts_of_sales(world)
    shifts = working_shifts(world)
    found = []
    for person, reported in people(world):
        if person.states[-1].lead.get("is_deleted"):
            continue
        ledgers = {one.definition_id: ledger(one, person) for one in definitions}
        by_stage = {stage: qualifications(stage, definitions, ledgers) for stage in computed}
        travelled = journey(person, reported, stages, by_stage, world.requalify_after_days)
        mine = sorted(acts[person.lead_id], key=lambda act: act.at)
        past: list[tuple[str | None, str | None]] = []
        for mql in mqls(person, travelled.rows):
            routed = route(world, mql)
            past.append((known_owner(mql, mine), trimmed(routed.get("owner_id"))))
            found.append(
                HandedOff(
                    person.lead_id,
                    mql.row.cycle,
                    mql.at,
                    *decision(mql, mine),
                    *response(world, mql, mine, shifts),
                    queue=trimmed(routed["queue"]),
                    priority=int(routed["priority"]),
                    is_default=asks_nothing(routed),
                    **owner(past),
                )
            )
    return found


def acts_of_sales(world: World) -> dict[str, list[Act]]:
    """Touches, and statuses but for those that say what marketing or the product found."""
    stages = agreement.stages(world.definition)
    mapped = agreement.status_map(world.definition)
    found = defaultdict(list)
    for row in seen_rows(world, "sales_touches", "touch_id", "touched_at"):
        act = Act(row["touched_at"], "touch", row["touch_id"], trimmed(row.get("owner_id")))
        found[row["lead_id"]].append(act)
    for row in seen_rows(world, "stage_changes", "change_id", "changed_at"):
        name, outcome = mapped.get(comparable(row["status"]), (None, None))
        stage = stages.get(name)
        if stage and not (stage.entered_by == "reported" and stage.rank > stages["mql"].rank):
            continue
        said = (trimmed(row.get("owner_id")), outcome, trimmed(row.get("reason")))
        found[row["lead_id"]].append(Act(row["changed_at"], "status", row["change_id"], *said))
    return told(world, found)


def told(world: World, acts: dict[str, list[Act]]) -> dict[str, list[Act]]:
    """The same acts of leads that have arrived; a reason few leads were given is not repeated."""
    known = {row["lead_id"] for row in world.rows("leads") if row["created_at"] <= world.as_of}
    given = defaultdict(set)
    for lead_id in known & acts.keys():
        for act in acts[lead_id]:
            given[act.reason].add(lead_id)
    shared = {reason for reason, leads in given.items() if len(leads) >= FEWEST_LEADS}
    return defaultdict(
        list,
        {
            lead_id: [
                act if act.reason is None or act.reason in shared else replace(act, reason=OTHER)
                for act in acts[lead_id]
            ]
            for lead_id in known & acts.keys()
        },
    )


def mqls(person: Person, rows: list[StageRow]) -> Iterable[Mql]:
    """The MQLs of a journey, each with its cycle: from the outcome before to its own."""
    ends = cycle_ends(person)
    for row in rows:
        if row.stage.stage != "mql" or row.observed_at is None:
            continue
        at = row.observed_at
        before = [end for end, _ in ends if end < at]
        after = [(end, outcome) for end, outcome in ends if end >= at]
        ended_at, outcome = after[0] if after else (None, None)
        version = [state.lead for state in person.states if state.start <= at][-1]
        of_cycle = [one for one in rows if one.cycle == row.cycle]
        yield Mql(row, of_cycle, max(before, default=BEGINNING), ended_at, outcome, version)


def decision(mql: Mql, acts: list[Act]) -> tuple[str, datetime | None, str | None, str | None]:
    """Accepted if anything above was reached, rejected if the cycle ended without, else pending."""
    above = [
        row.reached_at
        for row in mql.rows
        if row.stage.rank > mql.row.stage.rank and row.stage.track != "product"
    ]
    if above:
        return "accepted", min(above), None, None
    if mql.ended_at is None:
        return "pending", None, None, None
    given = [
        act.reason
        for act in acts
        if act.reason and (act.at, act.outcome) == (mql.ended_at, mql.outcome)
    ]
    return "rejected", mql.ended_at, mql.outcome, min(given, key=str.encode, default=None)


def response(
    world: World, mql: Mql, acts: list[Act], shifts: list[tuple[datetime, datetime]]
) -> tuple:
    """First response, its class, whether work had begun before, and both clocks."""
    answered = min((act.at for act in acts if act.at >= mql.at), default=None)
    worked_before = mql.row.is_inferred or any(
        mql.began_at < act.at < mql.at and act.outcome is None for act in acts
    )
    minutes = promised(world, mql)
    stops_at = answered or world.as_of
    due_at = None if minutes is None else mql.at + timedelta(minutes=minutes)
    is_late = due_at is not None and stops_at > due_at
    status = None if due_at is None else standing(answered, is_late=is_late)
    business = None
    if minutes is not None and shifts:
        worked = sum((overlap(shift, mql.at, stops_at) for shift in shifts), timedelta())
        business = standing(answered, is_late=worked > timedelta(minutes=minutes))
    return answered, class_of(world, mql, answered), worked_before, due_at, status, business


def standing(answered: datetime | None, *, is_late: bool) -> str:
    """One word for a clock."""
    if answered is None:
        return "past_due" if is_late else "open"
    return "missed" if is_late else "met"


def promised(world: World, mql: Mql) -> int | None:
    """Minutes of the promise that names the criterion, else of the one that names none."""
    criterion = mql.row.qualification.criterion.criterion_id if mql.row.qualification else None
    by_criterion = {
        trimmed(row["criterion_id"]): int(row["minutes"])
        for row in world.definition["sla"]
        if row["stage"] == "mql"
    }
    return by_criterion.get(criterion, by_criterion.get(None))


def class_of(world: World, mql: Mql, answered: datetime | None) -> str:
    """The first class the response was fast enough for."""
    if answered is None:
        return "none"
    for row in world.definition["response_classes"]:
        upto = whole(row["up_to_minutes"])
        if upto is None or answered <= mql.at + timedelta(minutes=upto):
            return row["response_class"]
    raise AssertionError


def working_shifts(world: World) -> list[tuple[datetime, datetime]]:
    """Every shift between the first thing that can happen and as-of, in UTC."""
    free = {date.fromisoformat(row["holiday_date"]) for row in world.definition["holidays"]}
    first = min((row["created_at"] for row in world.rows("leads")), default=world.as_of)
    found = []
    day = first.date() - timedelta(days=1)
    while day <= world.as_of.date() + timedelta(days=1):
        for row in world.definition["working_hours"]:
            if day not in free and row["weekday"] == WEEKDAYS[day.weekday()]:
                ends = (_instant(day, row, "opens"), _instant(day, row, "closes"))
                found += [ends] if ends[0] < ends[1] else []
        day += timedelta(days=1)
    return found


def _instant(day: date, row: dict[str, str], column: str) -> datetime:
    """A time on the wall's clock in UTC, as all times of the reference without a zone."""
    local = datetime.combine(day, time.fromisoformat(row[column]), ZoneInfo(row["time_zone"]))
    return local.astimezone(UTC).replace(tzinfo=None)


def overlap(shift: tuple[datetime, datetime], begins: datetime, ends: datetime) -> timedelta:
    """How much of a shift lies between two moments."""
    return max(min(shift[1], ends) - max(shift[0], begins), timedelta())


def asks_nothing(rule: dict[str, str]) -> bool:
    """Whether a routing rule takes everybody."""
    asks = ("country", "region", "industry", "min_employees", "max_employees")
    return not any(trimmed(rule[column]) for column in asks)


def route(world: World, mql: Mql) -> dict[str, str]:
    """The first rule by priority that fits the lead as it was; what is unknown fits none."""
    employees = mql.version.get("employee_count")
    for rule in sorted(world.definition["routing_rules"], key=lambda row: int(row["priority"])):
        asked = {column: comparable(rule[column]) for column in ("country", "region", "industry")}
        least, most = whole(rule["min_employees"]), whole(rule["max_employees"])
        sized = (least is None and most is None) or (
            employees is not None
            and (least is None or employees >= least)
            and (most is None or employees <= most)
        )
        if sized and all(
            text is None or comparable(mql.version.get(column)) == text
            for column, text in asked.items()
        ):
            return rule
    raise AssertionError


def known_owner(mql: Mql, acts: list[Act]) -> str | None:
    """As the CRM says at the entry, else of the last act of sales before; a touch speaks first."""
    if named := trimmed(mql.version.get("owner_id")):
        return named
    before = [act for act in acts if act.at < mql.at and act.owner_id]
    last = max((act.at for act in before), default=None)
    at_once = [act for act in before if act.at == last]
    at_once.sort(key=lambda act: (act.kind != "touch", act.source_id.encode()))
    return at_once[0].owner_id if at_once else None


def owner(past: list[tuple[str | None, str | None]]) -> dict:
    """Whose it is: the owner known last, else the one a rule gave it first, in any MQL so far."""
    known = [known for known, _ in past if known]
    ruled = [(place, by_rule) for place, (_, by_rule) in enumerate(past) if by_rule]
    if known:
        return {"owner_id": known[-1], "is_owner_kept": True}
    if ruled:
        place, by_rule = ruled[0]
        return {"owner_id": by_rule, "is_owner_kept": place < len(past) - 1}
    return {"owner_id": None, "is_owner_kept": False}
