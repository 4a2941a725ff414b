"""Acceptance: does sales take what marketing hands over, month by month, and is it drifting.

The project's own trend stands first. Published figures are lines with their source; a verdict is
the mart's, one for each, and never averaged.
"""

from functools import partial
from string import ascii_uppercase
from typing import Any

from handoff.report import charts, drawing
from handoff.report.intervals import given
from handoff.report.marts import SCHEMA, Marts, Need
from handoff.report.section import Column, Figure, Key, Row, Section, Table
from handoff.report.wording import (
    NOTHING,
    count,
    interval,
    label,
    month,
    name,
    number,
    percent,
    plain,
    stage,
)

COUNTS = ("mqls", "accepted", "rejected", "pending", "mature_mqls", "mature_accepted")
RATES = (
    "acceptance_rate", "acceptance_low", "acceptance_high", "mature_rate", "mature_low",
    "mature_high",
)  # fmt: skip
TREND = ("trend_z", "trend_p_value", "trend_direction", "is_drifting")
NEEDS = (
    Need(
        "mart_mql_acceptance",
        ("cohort_month", "dimension", *COUNTS, *RATES, *TREND, "is_mature", "is_small_sample"),
    ),
)
VERDICTS = Need(
    "mart_benchmark_verdicts",
    (
        "benchmark_id", "comparison_class", "source", "segment", "meaning", "benchmark_low",
        "benchmark_high", "period", "entered", "converted", "own_rate", "own_low", "own_high",
        "verdict",
    ),
)  # fmt: skip
MONTHS = f"""
    select * from {SCHEMA}.mart_mql_acceptance
    where dimension = 'all' and (cohort_month is not null) = ?
    order by cohort_month
"""
BENCHMARKS = f"""
    select * from {SCHEMA}.mart_benchmark_verdicts
    order by comparison_class, benchmark_low nulls last, benchmark_high nulls last,
        benchmark_id, period
"""
PERIODS = {"all": "Ours, all months", "recent": "Ours, latest months"}
# The class of published figures that speak of what the picture shows.
OF_ACCEPTANCE = "mql_to_sal"


def build(marts: Marts, min_sample: int) -> Section:
    """Answer whether sales takes what it is handed."""
    section = partial(
        Section,
        anchor="acceptance",
        title="Acceptance",
        question="Does sales take on what marketing hands over, and is that changing?",
    )
    months = marts.rows(MONTHS, [True])
    together = marts.rows(MONTHS, [False])
    if not any(row["mqls"] for row in months):
        return section(lack="Nothing yet: no lead has become an MQL.")
    lack = marts.lack(VERDICTS)
    verdicts = [] if lack else marts.rows(BENCHMARKS)
    figures = [_figure(months, together, verdicts, min_sample)]
    if verdicts:
        figures.append(_verdict_figure(verdicts))
    notes = [f"Benchmarks: {lack[0].lower()}{lack[1:]}"] if lack else []
    if not lack and not verdicts:
        notes = ["Benchmarks: nothing yet to hold against published figures."]
    return section(finding=_finding(together), figures=tuple(figures), notes=tuple(notes))


def _finding(together: list[dict[str, Any]]) -> str:
    if not together:
        return ""
    row = together[0]
    rate = given(row, "mature_accepted", "mature_mqls", "mature")
    said = (
        f"Sales accepted {percent(rate.rate)} ({interval(rate.low, rate.high)}) of the MQLs old"
        " enough to be judged."
        if rate.rate is not None
        else "No MQL is old enough to be judged yet."
    )
    return f"{said} {trend(row)}"


def trend(row: dict[str, Any]) -> str:
    """Say which way acceptance goes, as the mart's trend test has it."""
    if row["trend_p_value"] is None:
        return "Too few months to test for a trend."
    z, p = number(row["trend_z"]), number(row["trend_p_value"], 3)
    test = f"Cochran-Armitage z\u00a0=\u00a0{z}, p\u00a0=\u00a0{p}"
    if row["is_drifting"]:
        return f"Its own trend over the months is {plain(row['trend_direction'])} ({test})."
    return f"Over the months no trend beyond chance is shown ({test})."


def _figure(
    months: list[dict[str, Any]],
    together: list[dict[str, Any]],
    verdicts: list[dict[str, Any]],
    min_sample: int,
) -> Figure:
    drawn = [one for one in map(_month, months) if one is not None]
    lines, words = _lines(verdicts)
    picture = None
    if drawn:
        picture = drawing.picture(
            partial(charts.rates_by_month, drawn, lines, title="share of MQLs that sales accepted"),
            f"Monthly acceptance of MQLs with 95% intervals over {len(drawn)} months and"
            f" {len(lines)} published benchmark lines; the figures are in the tables below.",
        )
    keys = [
        Key("first", "dot", "a month old enough to be judged"),
        Key("first", "ring", "a young month, still open"),
        Key("first", "line", "95% interval"),
    ]
    if lines:
        keys.append(Key("second", "dash", "published benchmark"))
    return Figure(
        title="Acceptance by month of the MQL",
        picture=picture,
        keys=tuple(keys),
        lines=words,
        how_to_read="Follow the filled dots. A step up or down counts only where the vertical"
        " lines no longer overlap; hollow dots still rise as sales decides."
        + (
            " The dashed lines are other people's figures, of other companies: a guide, not a"
            " target."
            if lines
            else ""
        ),
        table=_table(months, together, min_sample),
    )


def _month(row: dict[str, Any]) -> charts.MonthRate | None:
    is_mature = bool(row["is_mature"]) and row["mature_rate"] is not None
    rate = (
        given(row, "mature_accepted", "mature_mqls", "mature")
        if is_mature
        else given(row, "accepted", "mqls", "acceptance")
    )
    if rate.rate is None:
        return None
    young = "" if is_mature else ", not mature yet"
    return charts.MonthRate(
        month=f"{row['cohort_month']:%Y-%m-%d}T00:00:00",
        rate=rate.rate,
        low=rate.low,
        high=rate.high,
        is_young=not is_mature,
        tip=f"{month(row['cohort_month'])}: {percent(rate.rate)}"
        f" ({interval(rate.low, rate.high)}) of {count(rate.whole)} MQLs{young}",
    )


def _lines(verdicts: list[dict[str, Any]]) -> tuple[list[charts.Line], tuple[str, ...]]:
    """Number the published figures on acceptance, each once whatever the periods it is asked of."""
    seen: dict[str, dict[str, Any]] = {}
    for row in verdicts:
        ends = (row["benchmark_low"], row["benchmark_high"])
        if row["comparison_class"] == OF_ACCEPTANCE and any(end is not None for end in ends):
            seen.setdefault(row["benchmark_id"], row)
    lines, words = [], []
    for place, row in enumerate(seen.values()):
        tag = ascii_uppercase[place % 26] * (place // 26 + 1)
        ends = [row["benchmark_low"], row["benchmark_high"]]
        low, high = (float(next(e for e in pair if e is not None)) for pair in (ends, ends[::-1]))
        lines.append(charts.Line(tag, low, high, label(row["source"])))
        caveat = name(row.get("caveat"), blank="")
        words.append(f"{tag}: {_published(row)}, {_who(row)}" + (f" ({caveat})" if caveat else ""))
    return lines, tuple(words)


def _published(row: dict[str, Any]) -> str:
    low, high = row["benchmark_low"], row["benchmark_high"]
    low, high = (None if end is None else float(end) for end in (low, high))
    if low is None or high is None or low == high:
        return percent(low if low is not None else high)
    return f"{percent(low)} to {percent(high)}"


def _who(row: dict[str, Any]) -> str:
    said = [name(row["source"]), name(row["segment"], blank=""), plain(row["meaning"])]
    return ", ".join(one for one in said if one)


def _table(months: list[dict[str, Any]], together: list[dict[str, Any]], min_sample: int) -> Table:
    headings = (
        "MQLs", "Accepted", "Rejected", "Pending", "Raw rate", "Mature MQLs", "Mature accepted",
        "Mature rate", "95% interval",
    )  # fmt: skip
    return Table(
        key="acceptance",
        caption=f"By the month the lead became an MQL. * fewer than {min_sample} MQLs.",
        columns=(Column("Month", is_figure=False), *map(Column, headings)),
        rows=tuple(_row(row) for row in (*months, *together)),
    )


def _row(row: dict[str, Any]) -> Row:
    small = bool(row["is_small_sample"])
    kind = "total" if row["cohort_month"] is None else "small" if small else ""
    return Row(
        (
            month(row["cohort_month"]) + ("*" if small else ""),
            count(row["mqls"]),
            count(row["accepted"]),
            count(row["rejected"]),
            count(row["pending"]),
            percent(row["acceptance_rate"]),
            count(row["mature_mqls"]),
            count(row["mature_accepted"]),
            percent(row["mature_rate"]),
            interval(row["mature_low"], row["mature_high"]),
        ),
        kind,
    )


def _verdict_figure(verdicts: list[dict[str, Any]]) -> Figure:
    periods = sorted({row["period"] for row in verdicts}, key=lambda one: (one != "all", str(one)))
    columns = [
        Column("Step", is_figure=False),
        Column("Who says so, of whom", is_figure=False),
        Column("Published"),
    ]
    for period in periods:
        heading = PERIODS.get(period, f"Ours, {name(period, blank='')}")
        columns.append(Column(heading, is_figure=False))
    by_figure: dict[str, dict[str, dict[str, Any]]] = {}
    for row in verdicts:
        by_figure.setdefault(row["benchmark_id"], {})[row["period"]] = row
    return Figure(
        title="Beside published figures",
        picture=None,
        how_to_read="One verdict for each published figure, never averaged; inconclusive where our"
        " interval spans theirs. They contradict each other, since each counted something else."
        " Read the trend above first: it compares us with ourselves.",
        table=Table(
            key="verdicts",
            caption="Each figure is held against the same step of ours, and no other. In sentences:"
            " mart_benchmark_verdicts.",
            columns=tuple(columns),
            rows=tuple(_verdict_row(of_figure, periods) for of_figure in by_figure.values()),
        ),
        is_table_open=True,
    )


def _verdict_row(of_figure: dict[str, dict[str, Any]], periods: list[str]) -> Row:
    row = next(iter(of_figure.values()))
    caveat = name(row.get("caveat"), blank="")
    cells = [
        _step(row["comparison_class"]),
        _who(row) + (f" ({caveat})" if caveat else ""),
        _published(row),
    ]
    for period in periods:
        ours = of_figure.get(period)
        if ours is None or ours["own_rate"] is None:
            cells.append(plain(ours["verdict"]) if ours else NOTHING)
            continue
        said = f"{percent(ours['own_rate'])} ({interval(ours['own_low'], ours['own_high'])})"
        cells.append(f"{plain(ours['verdict'])}: {said} of {count(ours['entered'])}")
    return Row(tuple(cells))


def _step(comparison_class: str) -> str:
    return " → ".join(stage(one) for one in str(comparison_class).split("_to_"))
