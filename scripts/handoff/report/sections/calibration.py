"""Calibration: do higher scores bring more customers, band by band."""

from functools import partial
from itertools import combinations
from typing import Any

from handoff.report import charts, drawing
from handoff.report.intervals import given
from handoff.report.marts import SCHEMA, Marts, Need
from handoff.report.section import Column, Figure, Row, Section, Table, rate_keys
from handoff.report.wording import count, interval, label, month, name, number, percent, plain

NEEDS = (
    Need(
        "mart_score_calibration",
        (
            "cohort_quarter", "dimension", "score_band", "band_rank", "mqls", "customers",
            "conversion_rate", "conversion_low", "conversion_high", "mature_mqls",
            "mature_customers", "mature_rate", "mature_low", "mature_high", "is_out_of_order",
            "is_small_sample",
        ),
    ),
)  # fmt: skip
DRIFT = Need(
    "mart_score_drift", ("period_month", "definition_id", "axis", "leads", "psi", "psi_class")
)
OFFICIAL = Need("dim_leads", ("definition_id",))
DRIFTS = f"""
    with official as (select max(definition_id) as definition_id from {SCHEMA}.dim_leads)

    select drifts.*
    from {SCHEMA}.mart_score_drift as drifts
    inner join official on drifts.definition_id = official.definition_id
    where drifts.psi is not null
    order by drifts.period_month desc, drifts.axis
"""
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
    if not any(row["mqls"] for row in bands if row["band_rank"]):
        return section(
            lack="Nothing to compare: the MQLs were reported and not computed, so have no score."
        )
    bands = [row for row in bands if row["mqls"] or row["band_rank"]]
    rows = [_drawn(row) for row in bands]
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
            has_small=any(row.is_small and row.rate is not None for row in rows),
        ),
        how_to_read="From row to row the points go up; if the score works, the dots move to the"
        " right. Bands whose lines overlap are not told apart by the score; a band that falls back"
        " is a question for the owners of the definition.",
        table=_table(bands, min_sample),
    )
    finding = " ".join(one for one in (_finding(bands), _drift(marts)) if one)
    return section(finding=finding, figures=(figure,))


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
    """Say what the mart found out of order, else name the two bands the score tells apart."""
    fallen = [plain(label(row["score_band"])) for row in bands if row["is_out_of_order"]]
    if fallen:
        return (
            "The score is out of order: a lower band surely converts better than"
            f" {' and '.join(fallen)}."
        )
    judged = [
        row
        for row in bands
        if row["band_rank"] and not row["is_small_sample"] and row["mature_rate"] is not None
    ]
    if len(judged) < 2:
        return "Nothing to compare: fewer than two bands hold enough mature MQLs."
    apart = [
        (low, high)
        for low, high in combinations(judged, 2)
        if high["mature_low"] > low["mature_high"]
    ]
    if not apart:
        return (
            f"Not shown yet: {_in_band(judged[-1])}, {_in_band(judged[0])}; no band is surely"
            " ahead of a lower one."
        )
    low, high = max(apart, key=lambda pair: pair[1]["band_rank"] - pair[0]["band_rank"])
    words = f"More points mean more customers: {_in_band(high)}, {_in_band(low)}."
    if len(apart) < len(judged) * (len(judged) - 1) // 2:
        words += " Not every band is told apart from the next."
    return words


def _in_band(row: dict[str, Any]) -> str:
    return (
        f"{percent(row['mature_rate'])} ({interval(row['mature_low'], row['mature_high'])}) in the"
        f" band {plain(label(row['score_band']))}"
    )


def _drift(marts: Marts) -> str:
    """Say how far the scores of the latest month are from those they are held against."""
    if marts.lack(DRIFT) or marts.lack(OFFICIAL):
        return ""
    told = [
        row
        for row in marts.rows(DRIFTS)
        if row.get("is_mature", True) and not row.get("is_reference", False)
    ]
    if not told:
        return ""
    latest = told[0]["period_month"]
    axes = ", ".join(_axis(row) for row in told if row["period_month"] == latest)
    return f"Drift of the scores in {month(latest)}, as PSI: {axes}."


def _axis(row: dict[str, Any]) -> str:
    chance = ", within chance" if row.get("is_beyond_chance", True) is False else ""
    return (
        f"{plain(label(row['axis']))} {number(row['psi'])}"
        f" ({plain(label(row['psi_class']))}{chance})"
    )


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
