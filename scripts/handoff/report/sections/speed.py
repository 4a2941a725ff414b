"""Speed to lead: who is answered how fast, what becomes of them, is the promise kept."""

from functools import partial
from itertools import permutations
from typing import Any

from handoff.report import charts, drawing
from handoff.report.intervals import given, rate_of
from handoff.report.marts import SCHEMA, Marts, Need
from handoff.report.section import Column, Figure, Key, Row, Section, Table, rate_keys
from handoff.report.wording import (
    NOTHING,
    count,
    interval,
    label,
    month,
    name,
    percent,
    plain,
    stage,
)

NEEDS = (
    Need(
        "mart_speed_to_lead",
        (
            "cohort_month", "response_class", "class_rank", "to_stage", "mqls", "all_mqls",
            "class_rate", "class_low", "class_high", "mature_mqls", "mature_converted",
            "mature_rate", "mature_low", "mature_high", "is_small_sample",
        ),
    ),
)  # fmt: skip
SLA = Need(
    "mart_sla",
    ("period_month", "mqls", "before_tracking", "worked_before_mql", "met", "missed", "open",
     "past_due", "without_sla", "business_met", "business_missed", "business_past_due"),
)  # fmt: skip
CLASSES = f"""
    select * from {SCHEMA}.mart_speed_to_lead
    where cohort_month is null and to_stage = ?
    order by class_rank, response_class
"""
# `sql` where there is one, else the stage the most were asked of.
STAGE = f"""
    select to_stage from {SCHEMA}.mart_speed_to_lead
    where cohort_month is null
    group by to_stage
    order by to_stage = 'sql' desc, sum(mature_mqls) desc, to_stage
    limit 1
"""
MONTHS = f"""
    select
        period_month,
        sum(mqls) as mqls,
        sum(met) as met,
        sum(missed) as missed,
        sum(past_due) as past_due,
        sum("open") as still_open,
        sum(worked_before_mql) as worked_before_mql,
        sum(without_sla) as without_sla,
        sum(before_tracking) as before_tracking,
        sum(business_met) as business_met,
        sum(business_missed) as business_missed,
        sum(business_past_due) as business_past_due
    from {SCHEMA}.mart_sla
    group by period_month
    order by period_month
"""
PARTS = (
    ("met", "met", "first", "answered in time"),
    ("missed", "missed", "second", "answered late"),
    ("past_due", "past due", "ink", "due, and never answered"),
    ("still_open", "open", "third", "not due yet"),
)


def build(marts: Marts, min_sample: int) -> Section:
    """Answer how fast sales is and what comes of it."""
    section = partial(
        Section,
        anchor="speed",
        title="Speed to lead",
        question="How fast does sales answer, is that what was promised, and what becomes of it?",
    )
    stages = marts.rows(STAGE)
    classes = marts.rows(CLASSES, [stages[0]["to_stage"]]) if stages else []
    figures = []
    if any(row["mqls"] for row in classes):
        figures.append(_speed_figure(classes, stages[0]["to_stage"], min_sample))
    notes: list[str] = []
    lack = marts.lack(SLA)
    months = [] if lack else marts.rows(MONTHS)
    if lack:
        notes.append(f"Promised response: {lack[0].lower()}{lack[1:]}")
    elif any(row["mqls"] for row in months) and not any(
        row[column] for row in months for column, *_ in PARTS
    ):
        notes.append(
            "Promised response: no MQL waits for one; sales had worked each before, or"
            " nothing was promised."
        )
    elif any(row["mqls"] for row in months):
        figures.append(_sla_figure(months))
    if not figures and not notes:
        return section(lack="Nothing yet: no MQL has been handed over.")
    cautions = (
        (
            "Leads that were called fast were often chosen to be called fast: this is not what"
            " speed alone would do. Compare within one criterion, or assign the order of calls"
            " by lot."
        ),
    )
    return section(
        finding=" ".join(one for one in (_finding(months), _by_speed(classes)) if one),
        figures=tuple(figures),
        cautions=cautions if figures else (),
        notes=tuple(notes),
    )


def _finding(months: list[dict[str, Any]]) -> str:
    met = sum(int(row["met"] or 0) for row in months)
    judged = met + sum(int(row["missed"] or 0) + int(row["past_due"] or 0) for row in months)
    if not judged:
        return ""
    rate = rate_of(met, judged)
    return (
        f"Of {count(judged)} MQLs whose time has run out, {percent(rate.rate)}"
        f" ({interval(rate.low, rate.high)}) were answered within the time that was promised"
        f"{_in_business_time(months)}."
    )


def _in_business_time(months: list[dict[str, Any]]) -> str:
    """Say the same with the clock stopped out of hours, where that is another figure."""
    met, missed, past_due = (
        sum(int(row[f"business_{one}"] or 0) for row in months)
        for one in ("met", "missed", "past_due")
    )
    rate = rate_of(met, met + missed + past_due)
    if rate.rate is None or met == sum(int(row["met"] or 0) for row in months):
        return ""
    return (
        f"; with the clock running in working hours only, {percent(rate.rate)}"
        f" ({interval(rate.low, rate.high)})"
    )


def _by_speed(classes: list[dict[str, Any]]) -> str:
    """Say whether the answered differ by speed; the unanswered cannot have gone on."""
    judged = [
        row
        for row in classes
        if row["response_class"] not in {"all", "none"}
        and not row["is_small_sample"]
        and row["mature_rate"] is not None
    ]
    if len(judged) < 2:
        return ""
    apart = [
        (one, other)
        for one, other in permutations(judged, 2)
        if one["mature_low"] > other["mature_high"]
    ]
    if not apart:
        return "Among those answered, no class is shown to go on more often than another."
    best, worst = max(apart, key=lambda pair: pair[0]["mature_rate"] - pair[1]["mature_rate"])
    return (
        f"Of those answered {label(_class(best))} {percent(best['mature_rate'])} went on, of those"
        f" answered {label(_class(worst))} {percent(worst['mature_rate'])}: their intervals do not"
        " touch."
    )


def _speed_figure(classes: list[dict[str, Any]], to_stage: str, min_sample: int) -> Figure:
    drawn = [_drawn(row) for row in classes if row["response_class"] != "all"]
    overall = next((row for row in classes if row["response_class"] == "all"), None)
    reference = (
        charts.Reference(overall["mature_rate"], f"all: {percent(overall['mature_rate'])}")
        if overall and overall["mature_rate"] is not None
        else None
    )
    return Figure(
        title=f"MQL → {label(stage(to_stage))} by time to the first response",
        picture=drawing.picture(
            partial(
                charts.rates, drawn, title="mature share", reference=reference, volume_title="MQLs"
            ),
            f"Conversion with 95% intervals by {len(drawn)} response classes; the figures are in"
            " the table below.",
        ),
        keys=(
            Key("third", "bar", "MQLs", is_wide_only=True),
            *rate_keys(
                "mature rate",
                f"small sample (fewer than {min_sample} MQLs)",
                has_small=any(row.is_small for row in drawn),
            ),
        ),
        how_to_read="From the fastest answer to none. The unanswered stay in: left out, a team"
        " looks fast by not answering. MQLs that sales worked before they qualified are left out.",
        table=_speed_table(classes, min_sample),
    )


def _class(row: dict[str, Any]) -> str:
    words = {"none": "no response", "all": "All"}
    return words.get(row["response_class"], plain(row["response_class"]))


def _drawn(row: dict[str, Any]) -> charts.RateRow:
    rate = given(row, "mature_converted", "mature_mqls", "mature")
    title = label(_class(row))
    return charts.RateRow(
        name=title,
        rate=rate.rate,
        low=rate.low,
        high=rate.high,
        volume=row["mqls"],
        of=f"{count(rate.part)} of {count(rate.whole)}" if rate.whole else "none yet",
        is_small=bool(row["is_small_sample"]),
        tip=f"{title}: {percent(rate.rate)} ({interval(rate.low, rate.high)})"
        f" of {count(rate.whole)} mature MQLs",
    )


def _speed_table(classes: list[dict[str, Any]], min_sample: int) -> Table:
    headings = (
        "MQLs", "Share of all", "95% interval", "Mature MQLs", "Went on", "Mature rate",
        "95% interval",
    )  # fmt: skip
    ordered = sorted(classes, key=lambda row: row["response_class"] == "all")
    return Table(
        key="speed",
        caption=f"All months together. * fewer than {min_sample} MQLs.",
        columns=(Column("First response", is_figure=False), *map(Column, headings)),
        rows=tuple(
            Row(
                (
                    name(_class(row)) + ("*" if row["is_small_sample"] else ""),
                    count(row["mqls"]),
                    percent(row["class_rate"]),
                    NOTHING
                    if row["response_class"] == "all"
                    else interval(row["class_low"], row["class_high"]),
                    count(row["mature_mqls"]),
                    count(row["mature_converted"]),
                    percent(row["mature_rate"]),
                    interval(row["mature_low"], row["mature_high"]),
                ),
                "total"
                if row["response_class"] == "all"
                else "small"
                if row["is_small_sample"]
                else "",
            )
            for row in ordered
        ),
    )


def _sla_figure(months: list[dict[str, Any]]) -> Figure:
    used = [part for part in PARTS if any(row[part[0]] for row in months)]
    parts = [
        charts.Part(
            bar=f"{row['period_month']:%b %y}",
            bar_rank=place,
            part=words,
            part_rank=rank,
            amount=int(row[column] or 0),
            tip=f"{month(row['period_month'])}: {count(row[column])} {words}",
        )
        for place, row in enumerate(months)
        for rank, (column, words, _, _) in enumerate(used)
    ]
    picture = None
    if used:
        picture = drawing.picture(
            partial(
                charts.stacked,
                parts,
                [paint for _, _, paint, _ in used],
                title="MQLs by month they came in",
            ),
            f"Columns of MQLs by how the promised response was kept over {len(months)} months; the"
            " figures are in the table below.",
        )
    return Figure(
        title="Was the promised response kept",
        picture=picture,
        keys=tuple(Key(paint, "bar", f"{words}: {meaning}") for _, words, paint, meaning in used),
        how_to_read="Each column is the MQLs of one month that were promised an answer, as they"
        " stand now, from below: met, missed, past due. Past due is the part somebody can still do"
        " something about today. The clock runs day and night here.",
        table=_sla_table(months),
    )


def _sla_table(months: list[dict[str, Any]]) -> Table:
    columns = (
        "mqls", "met", "missed", "past_due", "still_open", "worked_before_mql", "without_sla",
    )  # fmt: skip
    headings = (
        "MQLs", "Met", "Missed", "Past due", "Open", "Worked before", "Without a promise",
        "Met of due",
    )  # fmt: skip
    if any(row["before_tracking"] for row in months):
        columns += ("before_tracking",)
        headings = (*headings[:-1], "Before tracking", headings[-1])
    total = {column: sum(int(row[column] or 0) for row in months) for column in columns}
    lines = [*months, total | {"period_month": None}]
    return Table(
        key="sla",
        caption="By the month the MQL came in, as it stands at as-of. The parts add up to the MQLs."
        " “Met of due” is met of met, missed and past due.",
        columns=(Column("Month", is_figure=False), *map(Column, headings)),
        rows=tuple(
            Row(
                (
                    month(row["period_month"]),
                    *(count(row[column]) for column in columns),
                    percent(rate_of(row["met"], row["met"] + row["missed"] + row["past_due"]).rate),
                ),
                "total" if row["period_month"] is None else "",
            )
            for row in lines
        ),
    )
