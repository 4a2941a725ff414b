"""The funnel and the quality of sources: measures.md in plain Python, from stages of `answer`."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from urllib.parse import urlsplit

from reference.answer import Answer, StageEntry, answer
from reference.handoff import handed_off
from reference.identity import KnownEvent, known_events
from reference.seen import closed_by, lead_states, seen_opportunities, versions
from reference.values import Condition, comparable, trimmed
from reference.world import COLUMNS, Row, World

UTM = ("utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term")
DIMENSIONS = (
    *("channel", "lead_source", "campaign", "ad_variant", "audience"),
    *("country", "region", "industry"),
)
KEYS = DIMENSIONS[:5]
LEVELS = {
    "all": (),
    "channel": ("channel",),
    "lead_source": ("lead_source",),
    "campaign": ("channel", "campaign"),
    "ad_variant": ("channel", "campaign", "ad_variant"),
    "audience": ("channel", "campaign", "audience"),
}


def horizons(world: World) -> dict[str, timedelta]:
    """How long the step into a stage may take."""
    return {
        row["stage"]: timedelta(days=int(row["horizon_days"]))
        for row in world.definition["stages"]
        if row["horizon_days"]
    }


def matched(world: World, found: dict[str, str | None]) -> str | None:
    """The channel of the first rule by priority that one of the values found matches."""
    for rule in sorted(world.definition["channel_rules"], key=lambda row: int(row["priority"])):
        name = rule["match_on"]
        value = comparable(found.get(name))
        if value and Condition(name, rule["operator"], rule["value"]).holds(value):
            return rule["channel"]
    return None


def host(url: str | None) -> str | None:
    """The host of an absolute address, without `www.`."""
    named = urlsplit(url).hostname if url else None
    return named.removeprefix("www.") if named else None


def whole_host(url: str | None) -> str | None:
    """The host of an absolute address as it is matched by rules."""
    return urlsplit(url).hostname if url else None


def outside_referrer(event: KnownEvent) -> str | None:
    """The referrer, unless the page or a sister of it."""
    page, came_from = host(event.row.get("page_url")), host(event.row.get("referrer_url"))
    if came_from is None:
        return None
    if page and (
        page == came_from or page.endswith("." + came_from) or came_from.endswith("." + page)
    ):
        return None
    return whole_host(event.row["referrer_url"])


def first_touch(lead: Row, events: list[KnownEvent]) -> dict[str, str | None]:
    """The lead's own columns if it has any, else those of its earliest event that tells."""
    own = {column: trimmed(lead.get(column)) for column in UTM}
    if any(own.values()):
        return own
    for event in sorted(events, key=lambda one: (one.row["occurred_at"], one.event_id.encode())):
        touch = {column: trimmed(event.row.get(column)) for column in UTM}
        touch["referrer_host"] = outside_referrer(event)
        if any(touch.values()):
            return touch
    return {}


def origins(world: World, leads: Iterable[str]) -> dict[str, dict[str, str | None]]:
    """Every dimension of every lead."""
    states = lead_states(world)
    told = versions(world.rows("leads"), COLUMNS["leads"], lambda row: row["lead_id"])
    events = known_events(world, {lead_id: held[0].start for lead_id, held in states.items()})
    found = {}
    for lead_id in leads:
        first, last = told[lead_id][0], states[lead_id][-1].lead
        touch = first_touch(first, events.get(lead_id, []))
        source = comparable(first.get("lead_source"))
        channel = matched(world, touch) or matched(world, {"lead_source": source})
        if channel is None and (touch or events.get(lead_id)):
            channel = "direct"
        found[lead_id] = {
            "channel": channel,
            "lead_source": source,
            "campaign": touch.get("utm_campaign"),
            "ad_variant": touch.get("utm_content"),
            "audience": touch.get("utm_term"),
            **{column: trimmed(last.get(column)) for column in ("country", "region", "industry")},
        }
    return found


def cycles(answered: Answer) -> dict[tuple[str, int], dict[str, StageEntry]]:
    """Stages by lead and cycle."""
    found: dict = defaultdict(dict)
    for row in answered.stages:
        found[row.lead_id, row.cycle][row.stage] = row
    return found


def pairs(world: World) -> set[tuple[str, str]]:
    """Neighbours of the marketing track, and the four long ways."""
    listed = sorted(world.definition["stages"], key=lambda row: (int(row["rank"]), row["stage"]))
    there = [row["stage"] for row in listed]
    track = [row["stage"] for row in listed if row["track"] != "product"]
    long_ways = {("mql", "sql"), ("mql", "customer"), ("lead", "customer"), ("pql", "customer")}
    return set(pairwise(track)) | {
        (start, end) for start, end in long_ways if {start, end} <= set(there)
    }


@dataclass
class Cohort:
    """One row of `mart_funnel_conversion`."""

    entered_observed: int = 0
    converted_observed: int = 0
    entered_reached: int = 0
    converted_reached: int = 0
    mature_entered: int = 0
    mature_converted: int = 0
    days: list[float] = field(default_factory=list)


def in_place(row: StageEntry | None) -> datetime | None:
    """When a stage was observed in its place: not inferred."""
    return row.observed_at if row and not row.is_inferred else None


def month(moment: datetime) -> date:
    """The first day of the month."""
    return moment.date().replace(day=1)


def funnel(world: World) -> dict[tuple, Cohort]:
    """Cohorts by month, dimension, value, from and to."""
    answered = answer(world)
    whence = origins(world, answered.leads)
    allowed = horizons(world)
    found: dict[tuple, Cohort] = defaultdict(Cohort)
    for (lead_id, _), rows in cycles(answered).items():
        values = [("all", None), *((name, whence[lead_id][name]) for name in DIMENSIONS)]
        for start, end in pairs(world):
            if start not in rows:
                continue
            into = rows.get(end)
            if into and into.reached_at < rows[start].reached_at:
                into = None  # a customer before it used the product was not won by that
            entered, converted = in_place(rows[start]), in_place(into)
            for dimension, value in values:
                step = (dimension, value, start, end)
                cohort = found[month(rows[start].reached_at), *step]
                cohort.entered_reached += 1
                cohort.converted_reached += into is not None
                if entered is None:
                    continue
                cohort = found[month(entered), *step]
                cohort.entered_observed += 1
                cohort.converted_observed += converted is not None
                if converted is not None:
                    cohort.days.append((converted - entered) / timedelta(days=1))
                if entered + allowed[end] <= world.as_of:
                    cohort.mature_entered += 1
                    in_time = converted is not None and converted <= entered + allowed[end]
                    cohort.mature_converted += in_time
    return found


@dataclass
class Quality:
    """One row of `mart_lead_source_quality`; None of money is unknown or never spent."""

    leads: int = 0
    mqls: int = 0
    mqls_in_place: int = 0
    mqls_to_sql: int = 0
    mqls_to_customer: int = 0
    sqls: int = 0
    customers: int = 0
    pending_mqls: int = 0
    stalled_leads: int = 0
    won: list[Decimal] = field(default_factory=list)
    paid: list[Decimal] = field(default_factory=list)

    @property
    def revenue(self) -> Decimal | None:
        """What the customers paid as far as known; without customers nothing."""
        return sum(self.won) if self.won or not self.customers else None

    @property
    def spend(self) -> Decimal | None:
        """What was spent."""
        return sum(self.paid) if self.paid else None

    def cost_per(self, units: int) -> Decimal | None:
        """What one cost."""
        if self.spend is None or not units:
            return None
        return (self.spend / units).quantize(Decimal("0.01"), ROUND_HALF_UP)


def spent(world: World) -> list[tuple[dict[str, str | None], Decimal]]:
    """What was spent on what; of one day's row told again the largest stands."""
    largest: dict[tuple, Row] = {}
    key = ("spend_date", "platform", "campaign", "ad_variant", "audience", "currency")
    for row in world.rows("ad_spend"):
        if row["spend_date"] <= world.as_of.date():
            names = tuple(row.get(column) for column in key)
            largest[names] = max(largest.get(names, row), row, key=lambda one: one["spend"])
    return [
        (
            {
                "channel": matched(world, {"platform": row["platform"]}),
                **{name: trimmed(row.get(name)) for name in ("campaign", "ad_variant", "audience")},
            },
            row["spend"],
        )
        for row in largest.values()
    ]


def quality(world: World) -> dict[tuple, Quality]:
    """Rows by level, channel, source, campaign, ad variant and audience."""
    answered = answer(world)
    whence = origins(world, answered.leads)
    pending = {one.lead_id for one in handed_off(world) if one.decision == "pending"}
    mql_rank = next(int(row["rank"]) for row in world.definition["stages"] if row["stage"] == "mql")
    travelled = defaultdict(list)
    for (lead_id, _), rows in cycles(answered).items():
        travelled[lead_id].append(rows)
    won = defaultdict(list)
    for row in seen_opportunities(world):
        if closed_by(row, world.as_of) and row["is_won"] and row.get("amount") is not None:
            won[row["lead_id"]].append(row["amount"])
    found: dict[tuple, Quality] = defaultdict(Quality)
    for lead_id, lead in answered.leads.items():
        rounds = travelled[lead_id]
        placed = [rows for rows in rounds if in_place(rows.get("mql"))]
        passed = any(row.rank >= mql_rank for rows in rounds for row in rows.values())
        is_mature = lead.created_at + horizons(world)["mql"] <= world.as_of
        for row in rows_of_levels(found, whence[lead_id]):
            row.leads += 1
            row.mqls += lead.mql_count > 0
            row.mqls_in_place += bool(placed)
            row.mqls_to_sql += any("sql" in rows for rows in placed)
            row.mqls_to_customer += any("customer" in rows for rows in placed)
            row.sqls += any("sql" in rows for rows in rounds)
            row.customers += any("customer" in rows for rows in rounds)
            row.pending_mqls += lead_id in pending
            row.stalled_leads += is_mature and not passed
            row.won += won[lead_id]
    for keys, amount in spent(world):
        for row in rows_of_levels(found, keys, without=("lead_source",)):
            row.paid.append(amount)
    return found


def rows_of_levels(
    found: dict[tuple, Quality], keys: dict[str, str | None], without: tuple[str, ...] = ()
) -> list[Quality]:
    """The row of each level that something counts in."""
    return [
        found[level, *(keys.get(key) if key in told else None for key in KEYS)]
        for level, told in LEVELS.items()
        if level not in without
    ]
