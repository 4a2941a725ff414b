"""Definitions compared: what each would let through, and what became of those leads."""

from functools import partial
from typing import Any

from handoff.report import charts, drawing
from handoff.report.intervals import given
from handoff.report.marts import SCHEMA, Marts, Need
from handoff.report.section import Column, Figure, Row, Section, Table, rate_keys
from handoff.report.wording import count, interval, label, name, number, percent, plain

NEEDS = (
    Need(
        "mart_definition_comparison",
        (
            "definition_id", "is_official", "first_qualified_month", "mqls", "also_by_another",
            "only_this_mqls", "late_mqls", "accepted", "acceptance_rate", "acceptance_low",
            "acceptance_high", "mature_mqls", "mature_won", "mature_win_rate", "mature_win_low",
            "mature_win_high", "only_this_mature_mqls", "only_this_mature_won",
            "only_this_mature_win_rate", "only_this_mature_win_low", "only_this_mature_win_high",
            "is_small_sample",
        ),
    ),
)  # fmt: skip
DEFINITIONS = f"""
    select * from {SCHEMA}.mart_definition_comparison
    where first_qualified_month is null
    order by is_official desc, mqls desc, definition_id
"""
BACKTEST = Need(
    "mart_definition_backtest",
    (
        "definition_id", "is_official", "won_month", "won", "met_before", "met_before_sales",
        "recall_rate", "recall_low", "recall_high", "not_won", "false_positive_rate",
        "false_positive_low", "false_positive_high", "is_small_sample",
    ),
)  # fmt: skip
BACKTESTS = f"""
    select * from {SCHEMA}.mart_definition_backtest
    where won_month is null and won > 0
    order by is_official desc, recall_rate desc nulls last, definition_id
"""
SWEEP = Need(
    "mart_threshold_sweep",
    (
        "definition_id", "axis", "threshold", "is_in_use", "leads", "customers", "picked",
        "precision_rate", "precision_low", "precision_high", "recall_rate", "recall_low",
        "recall_high", "is_small_sample",
    ),
)  # fmt: skip
OFFICIAL = Need("dim_leads", ("definition_id",))
# The bars in use of the official definition, with two steps to either side of each, every second.
SWEEPS = f"""
    with official as (select max(definition_id) as definition_id from {SCHEMA}.dim_leads),

    numbered as (
        select
            sweep.*,
            row_number() over (partition by sweep.axis order by sweep.threshold) as place
        from {SCHEMA}.mart_threshold_sweep as sweep
        inner join official on sweep.definition_id = official.definition_id
    )

    select numbered.* from numbered
    where exists (
        select 1 from numbered as used
        where
            used.axis = numbered.axis
            and used.is_in_use
            and used.customers > 0
            and abs(used.place - numbered.place) in (0, 2, 4)
    )
    order by numbered.axis, numbered.threshold
"""
PICTURES = (
    ("accepted", "mqls", "acceptance", "accepted by sales", "accepted share of all it picks"),
    ("mature_won", "mature_mqls", "mature_win", "won", "won share of those old enough"),
)


def build(marts: Marts, min_sample: int) -> Section:
    """Answer what another definition would have done."""
    section = partial(
        Section,
        anchor="definitions",
        title="Definitions compared",
        question="What would another definition have let through, and what became of those leads?",
    )
    rows = marts.rows(DEFINITIONS)
    if not any(row["mqls"] for row in rows):
        return section(lack="Nothing yet: no definition has picked a lead.")
    figures = tuple(
        _figure(rows, *one, min_sample=min_sample, has_table=place == len(PICTURES) - 1)
        for place, one in enumerate(PICTURES)
    )
    backtests = marts.rows(BACKTESTS) if marts.lack(BACKTEST) is None else []
    sweeps = marts.rows(SWEEPS) if not marts.lack(SWEEP) and not marts.lack(OFFICIAL) else []
    if backtests:
        figures += (_backtest_figure(backtests, min_sample),)
    if len({(row["axis"], row["threshold"]) for row in sweeps}) > 1:
        figures += (_sweep_figure(sweeps, min_sample),)
    return section(
        finding=_finding(rows),
        figures=figures,
        cautions=(
            (
                "The comparison is not neutral: sales was sent the leads of the official definition"
                " and worked them; nobody was asked to call those that only a shadow picks."
            ),
        ),
    )


def _title(row: dict[str, Any]) -> str:
    return f"{plain(label(row['definition_id']))}{' (official)' if row['is_official'] else ''}"


def _finding(rows: list[dict[str, Any]]) -> str:
    official = next((row for row in rows if row["is_official"]), None)
    if official is None:
        return ""
    if len(rows) < 2:
        return (
            f"There is one definition, {plain(label(official['definition_id']))}, and nothing to"
            f" compare it with. It picked {count(official['mqls'])} leads.{_won(official, rows)}"
        )
    return (
        f"The official definition, {plain(label(official['definition_id']))}, picked"
        f" {count(official['mqls'])} leads, {count(official['only_this_mqls'])} of which no other"
        f" definition picks.{_won(official, rows)}"
    )


def _won(official: dict[str, Any], rows: list[dict[str, Any]]) -> str:
    """Say how many were won, and which definition surely differs from the official one."""
    if official["mature_win_rate"] is None:
        return ""
    judged = [
        row
        for row in rows
        if not row["is_official"]
        and not row["is_small_sample"]
        and row["mature_win_rate"] is not None
    ]
    apart = [
        row
        for row in judged
        if row["mature_win_low"] > official["mature_win_high"]
        or row["mature_win_high"] < official["mature_win_low"]
    ]
    won = (
        f" {percent(official['mature_win_rate'])}"
        f" ({interval(official['mature_win_low'], official['mature_win_high'])}) of its mature ones"
        " were won"
    )
    if apart:
        others = ", ".join(
            f"{plain(label(row['definition_id']))} ({percent(row['mature_win_rate'])})"
            for row in apart
        )
        return f"{won}; surely different: {others}."
    return f"{won}; no other is shown to do better or worse." if judged else f"{won}."


def _backtest_figure(rows: list[dict[str, Any]], min_sample: int) -> Figure:
    headings = (
        "Won", "Named in time", "Recall", "95% interval", "Before sales had them", "Not won",
        "Named all the same", "95% interval",
    )  # fmt: skip
    return Figure(
        title="Would it have named the leads that bought, before their opportunity",
        picture=None,
        how_to_read="Read both rates: who names everybody misses nobody. It flatters the official"
        " definition, whose leads are those that were called.",
        table=Table(
            key="backtest",
            caption="“Recall” is of the won; “named all the same” of the mature that were not won."
            f" * fewer than {min_sample} won.",
            columns=(Column("Definition", is_figure=False), *map(Column, headings)),
            rows=tuple(
                Row(
                    (
                        _name(row) + ("*" if row["is_small_sample"] else ""),
                        count(row["won"]),
                        count(row["met_before"]),
                        percent(row["recall_rate"]),
                        interval(row["recall_low"], row["recall_high"]),
                        count(row["met_before_sales"]),
                        count(row["not_won"]),
                        percent(row["false_positive_rate"]),
                        interval(row["false_positive_low"], row["false_positive_high"]),
                    ),
                    "small" if row["is_small_sample"] else "",
                )
                for row in rows
            ),
        ),
        is_table_open=True,
    )


def _sweep_figure(rows: list[dict[str, Any]], min_sample: int) -> Figure:
    headings = (
        "Bar", "Picked", "Customers of picked", "95% interval", "Of all customers",
        "95% interval",
    )  # fmt: skip
    return Figure(
        title="What if the bar stood elsewhere",
        picture=None,
        how_to_read="A higher bar is less work and more customers missed. Each bar is moved alone."
        " How many it picks is known; of its two rates only the intervals are.",
        table=Table(
            key="sweep",
            caption="The official definition; mature leads by their highest score before the"
            f" opportunity. * fewer than {min_sample} picked. Every bar: mart_threshold_sweep.",
            columns=(Column("Axis", is_figure=False), *map(Column, headings)),
            rows=tuple(
                Row(
                    (
                        plain(row["axis"]),
                        number(row["threshold"], 0)
                        + (" (in use)" if row["is_in_use"] else "")
                        + ("*" if row["is_small_sample"] else ""),
                        count(row["picked"]),
                        percent(row["precision_rate"]),
                        interval(row["precision_low"], row["precision_high"]),
                        percent(row["recall_rate"]),
                        interval(row["recall_low"], row["recall_high"]),
                    ),
                    "small" if row["is_small_sample"] else "",
                )
                for row in rows
            ),
        ),
        is_table_open=True,
    )


def _name(row: dict[str, Any]) -> str:
    return plain(name(row["definition_id"])) + (" (official)" if row["is_official"] else "")


def _figure(
    rows: list[dict[str, Any]],
    part: str,
    whole: str,
    prefix: str,
    title: str,
    axis: str,
    *,
    min_sample: int,
    has_table: bool,
) -> Figure:
    drawn = [_drawn(row, part, whole, prefix) for row in rows]
    return Figure(
        title=f"Of the leads each definition picks: {title}",
        picture=drawing.picture(
            partial(charts.rates, drawn, title=axis),
            f"Share {title} with 95% intervals for {len(drawn)} definitions; the figures are in"
            " the table below.",
        ),
        keys=rate_keys(
            "rate",
            f"small sample (fewer than {min_sample} leads)",
            has_small=any(row.is_small for row in drawn),
        ),
        how_to_read="Two definitions whose lines overlap much are no argument against each other."
        " What is worth a talk is the leads only one of them picks: see the table."
        if has_table
        else "Acceptance says what sales thought of the leads; whether it was right is below.",
        table=_table(rows, min_sample) if has_table else None,
        is_table_open=True,
    )


def _drawn(row: dict[str, Any], part: str, whole: str, prefix: str) -> charts.RateRow:
    rate = given(row, part, whole, prefix)
    title = _title(row)
    return charts.RateRow(
        name=title,
        rate=rate.rate,
        low=rate.low,
        high=rate.high,
        of=f"{count(rate.part)} of {count(rate.whole)}" if rate.whole else "none",
        is_small=bool(row["is_small_sample"]),
        tip=f"{title}: {percent(rate.rate)} ({interval(rate.low, rate.high)})"
        f" of {count(rate.whole)}",
    )


def _table(rows: list[dict[str, Any]], min_sample: int) -> Table:
    headings = (
        "Picks", "Also by another", "Only this", "Late", "Accepted", "Accepted share",
        "Won share, mature", "95% interval", "Won share of “only this”, mature",
        "95% interval",
    )  # fmt: skip
    return Table(
        key="definitions",
        caption="Leads, each once. “Late”: sales had the lead before the definition picked it."
        f" * fewer than {min_sample} leads.",
        columns=(Column("Definition", is_figure=False), *map(Column, headings)),
        rows=tuple(
            Row(
                (
                    _name(row) + ("*" if row["is_small_sample"] else ""),
                    count(row["mqls"]),
                    count(row["also_by_another"]),
                    count(row["only_this_mqls"]),
                    count(row["late_mqls"]),
                    count(row["accepted"]),
                    percent(row["acceptance_rate"]),
                    percent(row["mature_win_rate"]),
                    interval(row["mature_win_low"], row["mature_win_high"]),
                    percent(row["only_this_mature_win_rate"]),
                    interval(row["only_this_mature_win_low"], row["only_this_mature_win_high"]),
                ),
                "small" if row["is_small_sample"] else "",
            )
            for row in rows
        ),
    )
