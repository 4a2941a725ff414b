"""The summary in the terminal: the funnel, and the quality of the sources, as published.

It reads the published marts and adds up whole numbers over cohorts; every definition of a stage, a
rate or a channel is the marts'. Medians and intervals cannot be added up, so they are left out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rich.table import Table

from handoff.console import people
from handoff.home import Home
from handoff.published import open_published

MOST_SOURCES = 15
# The steps people ask for first stand first; a company's own stages come in the order of the mart.
FUNNEL = """
    with ranks as (
        select stage, min(rank) as stage_rank from published.marts.fct_lead_stages group by stage
    )

    select
        steps.from_stage,
        steps.to_stage,
        sum(steps.entered_observed) as entered_observed,
        sum(steps.converted_observed) as converted_observed,
        sum(steps.entered_reached) as entered_reached,
        sum(steps.converted_reached) as converted_reached,
        sum(steps.mature_entered) as mature_entered,
        sum(steps.mature_converted) as mature_converted
    from published.marts.mart_funnel_conversion as steps
    left join ranks as from_rank on steps.from_stage = from_rank.stage
    left join ranks as to_rank on steps.to_stage = to_rank.stage
    where steps.dimension = 'all'
    group by steps.from_stage, steps.to_stage, from_rank.stage_rank, to_rank.stage_rank
    order by
        to_rank.stage_rank - from_rank.stage_rank > 1,
        from_rank.stage_rank nulls last,
        to_rank.stage_rank nulls last,
        steps.from_stage,
        steps.to_stage
"""
SOURCES = """
    select
        level,
        channel,
        leads,
        mqls,
        sqls,
        customers,
        mql_to_sql_rate,
        mql_to_sql_low,
        mql_to_sql_high,
        lead_to_customer_rate,
        cost_per_customer,
        is_small_sample
    from published.marts.mart_lead_source_quality
    where level in ('all', 'channel')
    order by level = 'all', leads desc, channel nulls last
"""


@dataclass(frozen=True)
class Summary:
    """The two tables, as rows of plain values."""

    funnel: list[dict[str, Any]]
    sources: list[dict[str, Any]]


def read_summary(home: Home) -> Summary:
    """Read both tables from the published marts."""
    with open_published(home) as connection:
        return Summary(funnel=_rows(connection, FUNNEL), sources=_rows(connection, SOURCES))


def show(summary: Summary) -> None:
    """Print both tables on stderr."""
    people.print(_funnel_table(summary.funnel))
    people.print(_source_table(summary.sources))


def _rows(connection: Any, query: str) -> list[dict[str, Any]]:
    cursor = connection.execute(query)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _funnel_table(rows: Sequence[dict]) -> Table:
    table = _table("\nFunnel, all cohorts (leads in a cycle)", gap=1)
    for heading in ("from", "to"):
        table.add_column(heading)
    for heading in ("entered", "converted", "rate", "mature", "mature rate", "reached"):
        table.add_column(heading, justify="right")
    for row in rows:
        table.add_row(
            row["from_stage"],
            row["to_stage"],
            _count(row["entered_observed"]),
            _count(row["converted_observed"]),
            _share(row["converted_observed"], row["entered_observed"]),
            _count(row["mature_entered"]),
            _share(row["mature_converted"], row["mature_entered"]),
            _count(row["converted_reached"]),
        )
    return table


def _source_table(rows: Sequence[dict]) -> Table:
    table = _table("\nSource quality by channel (* small sample)", gap=1)  # it fits 80 columns
    table.add_column("channel", min_width=14, no_wrap=True)
    for heading in ("leads", "MQLs", "SQLs", "customers"):
        table.add_column(heading, justify="right", no_wrap=True)
    for heading in ("MQL to SQL", "95 % interval", "lead to customer", "cost per customer"):
        table.add_column(heading, justify="right", min_width=8)
    channels = [row for row in rows if row["level"] != "all"]
    for row in channels[:MOST_SOURCES]:
        table.add_row(*_source_cells(row, row["channel"] or "(not touched)"))
    if len(channels) > MOST_SOURCES:
        table.add_row(f"and {len(channels) - MOST_SOURCES} more")
    for row in rows:
        if row["level"] == "all":
            table.add_row(*_source_cells(row, "all"))
    return table


def _source_cells(row: dict, name: str) -> list[str]:
    low, high = row["mql_to_sql_low"], row["mql_to_sql_high"]
    return [
        name,
        _count(row["leads"]),
        _count(row["mqls"]),
        _count(row["sqls"]),
        _count(row["customers"]),
        _percent(row["mql_to_sql_rate"]) + ("*" if row["is_small_sample"] else ""),
        "-" if low is None or high is None else f"{100 * low:.0f}-{100 * high:.0f} %",
        _percent(row["lead_to_customer_rate"]),
        "-" if row["cost_per_customer"] is None else f"{row['cost_per_customer']:,.0f}",
    ]


def _table(title: str, *, gap: int = 2) -> Table:
    return Table(title=title, title_justify="left", box=None, padding=(0, gap, 0, 0))


def _count(value: Any) -> str:
    return "-" if value is None else f"{int(value):,}"


def _percent(rate: Any) -> str:
    return "-" if rate is None else f"{rate:.1%}"


def _share(part: Any, whole: Any) -> str:
    return "-" if not whole or part is None else f"{part / whole:.1%}"
