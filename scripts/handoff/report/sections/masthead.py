"""The head of the page: what it is, as of when, by which definition, and the figures asked for."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from handoff.report.intervals import Rate, rate_of
from handoff.report.marts import SCHEMA, Marts
from handoff.report.wording import NOTHING, count, day, interval, label, money, percent, plain, unit


@dataclass(frozen=True)
class Headline:
    """One big figure, what it is of, and how sure it is."""

    key: str
    figure: str
    words: str
    detail: str = ""


@dataclass(frozen=True)
class Masthead:
    """What stands above everything."""

    facts: tuple[tuple[str, str], ...]
    headlines: tuple[Headline, ...]
    how_sure: str


STEPS = (("sql", "of MQLs become SQLs"), ("customer", "of MQLs become customers"))
LEADS = f"select count(*) as leads from {SCHEMA}.dim_leads"
AS_OF = f"select max(as_of) as as_of from {SCHEMA}.fct_lead_scores"
OFFICIAL = f"select max(definition_id) as definition_id from {SCHEMA}.dim_leads"
COMPARED_COLUMNS = (
    "mart_definition_comparison", "definition_id", "definition_id", "is_official",
)  # fmt: skip
COMPARED = f"""
    select max(definition_id) as definition_id from {SCHEMA}.mart_definition_comparison
    where is_official
"""
SINCE = f"""
    select min(observed_at) as since from {SCHEMA}.fct_lead_stages
    where definition_id = ? and not is_inferred
"""
STEP_COLUMNS = (
    "dimension", "cohort_month", "from_stage", "to_stage", "mature_converted", "mature_entered",
    "entered_observed", "converted_observed", "converted_reached",
)  # fmt: skip
STEP = f"""
    select
        coalesce(sum(mature_converted), 0) as converted,
        coalesce(sum(mature_entered), 0) as entered,
        coalesce(sum(entered_observed), 0) as everyone,
        coalesce(sum(converted_observed), 0) as seen,
        coalesce(sum(converted_reached), 0) as reached
    from {SCHEMA}.mart_funnel_conversion
    where
        dimension = 'all' and cohort_month is not null and from_stage = 'mql' and to_stage = ?
"""
TOTAL_COLUMNS = (
    "level", "leads", "mqls", "sqls", "customers", "spend", "cost_per_customer", "currency",
)  # fmt: skip
TOTALS = f"""
    select leads, mqls, sqls, customers, spend, cost_per_customer, currency
    from {SCHEMA}.mart_lead_source_quality where level = 'all'
"""


def build(marts: Marts, run_id: str | None, as_of: datetime | None) -> Masthead:
    """Gather the head of the page; what no mart says is not there."""
    moment = _one(marts, AS_OF, "fct_lead_scores", "as_of") or as_of
    official = _one(marts, OFFICIAL, "dim_leads", "definition_id")
    official = official or _one(marts, COMPARED, *COMPARED_COLUMNS)
    leads = _one(marts, LEADS, "dim_leads", "leads", "lead_id")
    facts = (
        ("As of", f"{day(moment)}, {moment:%H:%M} UTC" if moment else NOTHING),
        ("Leads", count(leads)),
        ("Official definition", _definition(marts, official)),
        ("Run", label(run_id, blank="not noted beside the marts")),
    )
    return Masthead(facts, tuple(_headlines(marts)), _how_sure(_step(marts, "sql")))


def _one(marts: Marts, query: str, mart: str, value: str, *columns: str) -> Any:
    if not marts.has(mart, *(columns or (value,))):
        return None
    return marts.rows(query)[0][value]


def _definition(marts: Marts, official: str | None) -> str:
    if official is None:
        return NOTHING
    since = None
    if marts.has("fct_lead_stages", "definition_id", "observed_at", "is_inferred"):
        since = marts.rows(SINCE, [official])[0]["since"]
    title = plain(label(official))
    return f"{title}, in use since {day(since)}" if since else f"{title}, no lead moved by it yet"


def _step(marts: Marts, to_stage: str) -> tuple[Rate, int] | None:
    if not marts.has("mart_funnel_conversion", *STEP_COLUMNS):
        return None
    row = marts.rows(STEP, [to_stage])[0]
    if row["reached"] and not row["seen"]:  # a stage that nobody records has no rate
        return None
    return rate_of(row["converted"], row["entered"]), int(row["everyone"])


def _headlines(marts: Marts) -> list[Headline]:
    found: list[Headline] = []
    totals: dict[str, Any] | None = None
    if marts.has("mart_lead_source_quality", *TOTAL_COLUMNS):
        totals = next(iter(marts.rows(TOTALS)), None)
    if totals is not None:
        found += [
            Headline("mqls", count(totals["mqls"]), "MQLs", f"of {count(totals['leads'])} leads"),
            Headline("customers", count(totals["customers"]), "customers",
                     f"{count(totals['sqls'])} SQLs"),
        ]  # fmt: skip
    for to_stage, words in (
        ("sql", "of MQLs become SQLs"),
        ("customer", "of MQLs become customers"),
    ):
        step = _step(marts, to_stage)
        if step is not None and step[0].rate is not None:
            rate = step[0]
            detail = f"95%: {interval(rate.low, rate.high)}, {count(rate.whole)} mature MQLs"
            found.append(Headline(f"mql_to_{to_stage}", percent(rate.rate), words, detail))
    if totals is not None and totals["cost_per_customer"] is not None:
        currency = f"{unit(totals['currency'])} ".lstrip()
        found.append(
            Headline(
                "cost_per_customer",
                money(totals["cost_per_customer"]),
                f"{currency}per customer",
                f"{currency}{money(totals['spend'])} spent, over all customers, those of unpaid"
                " channels too",
            )
        )
    return found


def _how_sure(step: tuple[Rate, int] | None) -> str:
    words = (
        "Every rate stands with its 95% interval. One that is called mature asks only those old"
        " enough to have had their time."
    )
    if step is None or step[0].rate is None:
        return words
    rate, everyone = step
    left = everyone - rate.whole
    young = f"; {count(left)} more are still too young to count" if left else ""
    return (
        f"{words} How sure to be: MQL → SQL is {percent(rate.rate)} of {count(rate.whole)} MQLs"
        f" and may well be anything within {interval(rate.low, rate.high)}{young}."
    )
