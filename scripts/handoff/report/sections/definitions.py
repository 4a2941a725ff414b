"""Definitions compared: what each would let through, and what became of those leads."""

from functools import partial
from typing import Any

from handoff.report import charts, drawing
from handoff.report.intervals import given
from handoff.report.marts import SCHEMA, Marts, Need
from handoff.report.section import Column, Figure, Row, Section, Table, rate_keys
from handoff.report.wording import count, interval, label, name, percent, plain

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
    if official is None or len(rows) < 2:
        return ""
    return (
        f"The official definition, {plain(label(official['definition_id']))}, picked"
        f" {count(official['mqls'])} leads, {count(official['only_this_mqls'])} of which no other"
        " definition picks."
    )


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
                    plain(name(row["definition_id"]))
                    + (" (official)" if row["is_official"] else "")
                    + ("*" if row["is_small_sample"] else ""),
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
