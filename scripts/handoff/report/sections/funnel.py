"""The funnel: of those that entered a stage, how many went on, how sure is that, how long it took.

The counts of all months are sums of the monthly rows of `mart_funnel_conversion`. Medians do not
add up: they are taken from the stage entries, and shown only where these give the very number of
conversions the mart counted.
"""

from functools import partial
from typing import Any

from handoff.report import charts, drawing
from handoff.report.intervals import Rate, rate_of
from handoff.report.marts import SCHEMA, Marts, Need
from handoff.report.section import Column, Figure, Key, Row, Section, Table, rate_keys
from handoff.report.wording import NOTHING, count, days, interval, label, percent, stage

NEEDS = (
    Need(
        "mart_funnel_conversion",
        (
            "cohort_month", "dimension", "from_stage", "to_stage", "entered_observed",
            "converted_observed", "entered_reached", "converted_reached", "mature_entered",
            "mature_converted",
        ),
    ),
    Need(
        "fct_lead_stages",
        (
            "lead_id", "cycle", "stage", "rank", "observed_at", "reached_at", "is_inferred",
            "is_before_tracking",
        ),
    ),
)  # fmt: skip
CURVES = Need(
    "mart_conversion_curves",
    (
        "dimension", "from_stage", "to_stage", "after_days", "at_risk", "converted_share",
        "converted_share_low", "converted_share_high", "is_milestone",
    ),
)  # fmt: skip
COURSES = f"""
    select * from {SCHEMA}.mart_conversion_curves
    where
        dimension = 'all'
        and from_stage = 'mql'
        and to_stage = ?
        and converted_share is not null
        and after_days <= (
            select max(after_days) from {SCHEMA}.mart_conversion_curves where is_milestone
        )
    order by after_days
"""
# The day whose share the finding tells: most that go on have by then.
TOLD_DAY = 90
GOALS = (("sql", "first"), ("customer", "second"))
STEPS = f"""
    with ranks as (
        select stage, min(rank) as stage_rank from {SCHEMA}.fct_lead_stages group by stage
    )

    select
        steps.from_stage,
        steps.to_stage,
        sum(steps.entered_observed) as entered,
        sum(steps.converted_observed) as converted,
        sum(steps.entered_reached) as entered_reached,
        sum(steps.converted_reached) as converted_reached,
        sum(steps.mature_entered) as mature_entered,
        sum(steps.mature_converted) as mature_converted,
        coalesce(to_rank.stage_rank - from_rank.stage_rank > 1, false) as is_long
    from {SCHEMA}.mart_funnel_conversion as steps
    left join ranks as from_rank on steps.from_stage = from_rank.stage
    left join ranks as to_rank on steps.to_stage = to_rank.stage
    where steps.dimension = 'all' and steps.cohort_month is not null
    group by steps.from_stage, steps.to_stage, from_rank.stage_rank, to_rank.stage_rank
    order by
        is_long,
        from_rank.stage_rank nulls last,
        to_rank.stage_rank nulls last,
        steps.from_stage,
        steps.to_stage
"""
MEDIANS = f"""
    select
        entries.stage as from_stage,
        later.stage as to_stage,
        count(*) as converted,
        median(datediff('second', entries.observed_at, later.observed_at) / 86400.0) as median_days
    from {SCHEMA}.fct_lead_stages as entries
    inner join {SCHEMA}.fct_lead_stages as later
        on
            entries.lead_id = later.lead_id
            and entries.cycle = later.cycle
            and entries.observed_at <= later.observed_at
            and entries.reached_at <= later.reached_at
    where
        not entries.is_inferred
        and not later.is_inferred
        and not coalesce(entries.is_before_tracking, false)
    group by entries.stage, later.stage
"""


def build(marts: Marts, min_sample: int) -> Section:
    """Answer how the funnel holds."""
    steps = [step for step in marts.rows(STEPS) if step["entered"] or step["entered_reached"]]
    section = partial(
        Section,
        anchor="funnel",
        title="The funnel",
        question="Of those that entered a stage, how many went on, how sure is that, and how long"
        " did it take?",
    )
    if not steps:
        return section(lack="Nothing yet: no lead has entered a stage.")
    medians = _medians(marts)
    raw = [rate_of(step["converted"], step["entered"]) for step in steps]
    mature = [rate_of(step["mature_converted"], step["mature_entered"]) for step in steps]
    raw, mature = (
        [_seen(*one) for one in zip(steps, rates, strict=True)] for rates in (raw, mature)
    )
    rows = [_drawn(*both, min_sample) for both in zip(steps, mature, raw, strict=True)]
    figure = Figure(
        title="Conversion from stage to stage, all cohorts",
        picture=drawing.picture(
            partial(charts.rates, rows, title="share that went on"),
            f"Conversion rates with 95% intervals for {len(rows)} steps of the funnel;"
            " the figures are in the table below.",
        ),
        keys=(
            *rate_keys(
                "mature rate",
                f"fewer than {min_sample} leads",
                has_small=any(row.is_small and row.rate is not None for row in rows),
            ),
            Key("soft", "diamond", "raw rate so far"),
        ),
        how_to_read="The dot is the share of leads old enough to be judged that went on in time;"
        " the true rate most likely lies on the line. The diamond counts everyone so far: young"
        " leads pull it down, late ones push it up. Where the two differ much, wait before you"
        " conclude.",
        table=_table(steps, mature, raw, medians),
        is_table_open=True,
    )
    courses = {} if marts.lack(CURVES) else _courses(marts)
    return section(
        finding=" ".join(one for one in (_finding(steps, mature), _by_day(courses)) if one),
        figures=(figure, _course_figure(courses)) if courses else (figure,),
    )


def _courses(marts: Marts) -> dict[str, list[dict[str, Any]]]:
    """Read how MQLs went on by day; a step nobody took is no curve."""
    courses = {}
    for goal, _ in GOALS:
        rows = marts.rows(COURSES, [goal])
        told = [row for row in rows if row["is_milestone"]]
        if any(row["converted_share"] for row in told):
            last = told[-1]["after_days"]
            courses[goal] = [row for row in rows if row["after_days"] <= last]
    return courses


def _by_day(courses: dict[str, list[dict[str, Any]]]) -> str:
    said = []
    for goal, rows in courses.items():
        row = next(
            (row for row in rows if row["is_milestone"] and row["after_days"] == TOLD_DAY), None
        )
        if row and row["converted_share_low"] is not None:
            ends = interval(row["converted_share_low"], row["converted_share_high"])
            said.append(f"{percent(row['converted_share'])} ({ends}) {stage(goal)}s")
    return f"By day {TOLD_DAY}, of all MQLs became: {', '.join(said)}." if said else ""


def _course_figure(courses: dict[str, list[dict[str, Any]]]) -> Figure:
    series = [(paint, courses[goal]) for goal, paint in GOALS if goal in courses]
    points = [
        charts.DayShare(
            paint=paint,
            day=row["after_days"],
            share=row["converted_share"],
            low=row["converted_share_low"],
            high=row["converted_share_high"],
            is_milestone=bool(row["is_milestone"]),
            tip=f"day {row['after_days']}: {percent(row['converted_share'])}"
            f" ({interval(row['converted_share_low'], row['converted_share_high'])}),"
            f" {count(row['at_risk'])} still watched",
        )
        for paint, rows in series
        for row in rows
    ]
    goals = [(goal, paint) for goal, paint in GOALS if goal in courses]
    return Figure(
        title="How long it takes: share of MQLs that had come so far, by day",
        picture=drawing.picture(
            partial(charts.shares_by_day, points, title="share of MQLs"),
            f"Curves of the share of MQLs that went on, by days since the MQL, for {len(goals)}"
            " steps; the figures are in the table below.",
        ),
        keys=(
            *(Key(paint, "dot", f"MQL → {stage(goal)}") for goal, paint in goals),
            Key("soft", "line", "95% interval"),
        ),
        how_to_read="Where a curve is flat, waiting longer brings little. Young and old MQLs are in"
        " it, each as long as it was watched; one that was turned down stays in as one that did"
        " not go on.",
        table=_course_table(courses),
    )


def _course_table(courses: dict[str, list[dict[str, Any]]]) -> Table:
    days_told = sorted(
        {row["after_days"] for rows in courses.values() for row in rows if row["is_milestone"]}
    )
    by_day = {goal: {row["after_days"]: row for row in rows} for goal, rows in courses.items()}
    columns = [Column("Days", is_figure=False)]
    for goal in courses:
        columns += [Column(f"MQL → {stage(goal)}"), Column("95% interval"), Column("Still watched")]
    rows = []
    for day in days_told:
        cells = [f"{day}"]
        for goal in courses:
            row = by_day[goal].get(day)
            cells += (
                [
                    percent(row["converted_share"]),
                    interval(row["converted_share_low"], row["converted_share_high"]),
                    count(row["at_risk"]),
                ]
                if row
                else [NOTHING] * 3
            )
        rows.append(Row(tuple(cells)))
    return Table(
        key="curves",
        caption="Estimated after Kaplan and Meier. “Still watched”: had neither gone on nor reached"
        " as-of by then. Every day: mart_conversion_curves.",
        columns=tuple(columns),
        rows=tuple(rows),
    )


def _is_recorded(step: dict[str, Any]) -> bool:
    """Tell a step to a stage that is mostly recorded; else its rate says who kept records."""
    return 2 * step["converted"] >= step["converted_reached"]


def _seen(step: dict[str, Any], rate: Rate) -> Rate:
    """Take away the rate of a step to a stage that is reached and that nobody ever records."""
    if step["converted"] or not step["converted_reached"]:
        return rate
    return Rate(rate.part, rate.whole, None, None, None)


def _medians(marts: Marts) -> dict[tuple[str, str, int], float]:
    """Medians by step and by the number of conversions they are of."""
    return {
        (row["from_stage"], row["to_stage"], row["converted"]): row["median_days"]
        for row in marts.rows(MEDIANS)
    }


def _drawn(step: dict[str, Any], mature: Rate, raw: Rate, min_sample: int) -> charts.RateRow:
    title = label(_title(step))
    return charts.RateRow(
        name=title,
        rate=mature.rate,
        low=mature.low,
        high=mature.high,
        raw=raw.rate,
        of=_of(mature),
        is_small=mature.whole < min_sample,
        tip=f"{title}: mature {percent(mature.rate)} ({interval(mature.low, mature.high)}),"
        f" raw {percent(raw.rate)} of {count(raw.whole)}",
    )


def _of(mature: Rate) -> str:
    if not mature.whole:
        return "none yet"
    if mature.rate is None:
        return "not recorded"
    return f"{count(mature.part)} of {count(mature.whole)}"


def _title(step: dict[str, Any]) -> str:
    return f"{stage(step['from_stage'])} → {stage(step['to_stage'])}"


def _table(
    steps: list[dict[str, Any]],
    mature: list[Rate],
    raw: list[Rate],
    medians: dict[tuple[str, str, int], float],
) -> Table:
    headings = (
        "Entered", "Went on", "Raw rate", "Mature entered", "Mature went on", "Mature rate",
        "95% interval", "Median days", "Reached",
    )  # fmt: skip
    rows = tuple(
        Row(
            (
                _title(step),
                count(step["entered"]),
                count(step["converted"]),
                percent(so_far.rate),
                count(old.whole),
                count(old.part),
                percent(old.rate),
                interval(old.low, old.high),
                days(medians.get((step["from_stage"], step["to_stage"], step["converted"]))),
                count(step["converted_reached"]),
            )
        )
        for step, old, so_far in zip(steps, mature, raw, strict=True)
    )
    return Table(
        key="funnel",
        caption="The unit is a lead in a cycle. Median days are of those that went on. “Reached”"
        " also counts stages that nobody recorded but that must have been passed; a step to a stage"
        " that is never recorded has no rate.",
        columns=(Column("Step", is_figure=False), *map(Column, headings)),
        rows=rows,
    )


def _finding(steps: list[dict[str, Any]], mature: list[Rate]) -> str:
    """Name the narrowest step, or the two that cannot be told apart."""
    neighbours = sorted(
        (
            (old, label(_title(step)))
            for step, old in zip(steps, mature, strict=True)
            if not step["is_long"] and old.rate is not None and _is_recorded(step)
        ),
        key=lambda one: one[0].rate,
    )
    if len(neighbours) < 2:
        return ""
    (lowest, title), (next_lowest, next_title) = neighbours[:2]
    if lowest.high < next_lowest.low:
        return (
            f"The narrowest step is {title}: {percent(lowest.rate)}"
            f" ({interval(lowest.low, lowest.high)}) of those old enough to be judged went on."
        )
    return (
        f"The narrowest steps are {title} ({percent(lowest.rate)}) and {next_title}"
        f" ({percent(next_lowest.rate)}); their intervals overlap."
    )
