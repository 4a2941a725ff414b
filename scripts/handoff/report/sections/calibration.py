"""Calibration: do higher scores bring more customers, band by band."""

from functools import partial
from typing import Any

from handoff.report import charts, drawing
from handoff.report.intervals import given
from handoff.report.marts import SCHEMA, Marts, Need
from handoff.report.section import Column, Figure, Row, Section, Table, rate_keys
from handoff.report.wording import count, interval, label, name, percent, plain

NEEDS = (
    Need(
        "mart_score_calibration",
        (
            "cohort_quarter", "dimension", "score_band", "band_rank", "mqls", "customers",
            "conversion_rate", "conversion_low", "conversion_high", "mature_mqls",
            "mature_customers", "mature_rate", "mature_low", "mature_high", "is_small_sample",
        ),
    ),
)  # fmt: skip
# What was reported and not computed has no score; it stands apart, at the end.
BANDS = f"""
    select * from {SCHEMA}.mart_score_calibration
    where dimension = 'all' and cohort_quarter is null
    order by band_rank = 0, band_rank, score_band
"""


def build(marts: Marts, min_sample: int) -> Section:
    """Answer whether the score says what it promises."""
    section = partial(
        Section,
        anchor="calibration",
        title="Does the score hold",
        question="Do MQLs with more points become customers more often?",
    )
    bands = marts.rows(BANDS)
    if not any(row["mqls"] for row in bands):
        return section(lack="Nothing yet: no MQL to ask.")
    rows = [_drawn(row) for row in bands if row["mqls"] or row["band_rank"]]
    figure = Figure(
        title="MQL → customer by score at the moment of the MQL",
        picture=drawing.picture(
            partial(charts.rates, rows, title="mature share that became customers"),
            f"MQL-to-customer rates with 95% intervals for {len(rows)} score bands; the figures"
            " are in the table below.",
        ),
        keys=rate_keys(
            "mature rate",
            f"small sample (fewer than {min_sample} MQLs)",
            has_small=any(row.is_small for row in rows),
        ),
        how_to_read="A score that works climbs from left to right as the bands go up. Bands whose"
        " lines overlap are not told apart by the score; a band that falls back is a question for"
        " the owners of the definition.",
        table=_table(bands, min_sample),
    )
    return section(finding=_finding(bands), figures=(figure,))


def _drawn(row: dict[str, Any]) -> charts.RateRow:
    rate = given(row, "mature_customers", "mature_mqls", "mature")
    title = plain(label(row["score_band"]))
    return charts.RateRow(
        name=title,
        rate=rate.rate,
        low=rate.low,
        high=rate.high,
        of=f"{count(rate.part)} of {count(rate.whole)}" if rate.whole else "none yet",
        is_small=bool(row["is_small_sample"]),
        tip=f"{title}: {percent(rate.rate)} ({interval(rate.low, rate.high)})"
        f" of {count(rate.whole)} mature MQLs",
    )


def _finding(bands: list[dict[str, Any]]) -> str:
    """Say what the mart found out of order, else hold the highest band against the lowest."""
    fallen = [plain(label(row["score_band"])) for row in bands if row.get("is_out_of_order")]
    if fallen:
        return f"The score is out of order: a lower band surely converts better than {fallen[0]}."
    judged = [
        row
        for row in bands
        if row["band_rank"] and not row["is_small_sample"] and row["mature_rate"] is not None
    ]
    if len(judged) < 2:
        return "Too few mature MQLs in the bands to say."
    low, high = judged[0], judged[-1]
    both = (
        f"{percent(high['mature_rate'])} in the band {plain(label(high['score_band']))},"
        f" {percent(low['mature_rate'])} in {plain(label(low['score_band']))}"
    )
    if high["mature_low"] > low["mature_high"]:
        return f"More points mean more customers: {both}."
    if high["mature_high"] < low["mature_low"]:
        return f"The score is upside down: {both}."
    return f"Not shown yet: {both}, and their intervals overlap."


def _table(bands: list[dict[str, Any]], min_sample: int) -> Table:
    headings = (
        "MQLs", "Customers", "Raw rate", "Mature MQLs", "Mature customers", "Mature rate",
        "95% interval",
    )  # fmt: skip
    return Table(
        key="calibration",
        caption=f"All quarters together. * fewer than {min_sample} MQLs.",
        columns=(Column("Score band", is_figure=False), *map(Column, headings)),
        rows=tuple(
            Row(
                (
                    plain(name(row["score_band"])) + ("*" if row["is_small_sample"] else ""),
                    count(row["mqls"]),
                    count(row["customers"]),
                    percent(row["conversion_rate"]),
                    count(row["mature_mqls"]),
                    count(row["mature_customers"]),
                    percent(row["mature_rate"]),
                    interval(row["mature_low"], row["mature_high"]),
                ),
                "small" if row["is_small_sample"] else "",
            )
            for row in bands
        ),
    )
