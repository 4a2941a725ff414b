"""Source quality: what each source brings, how good it is, what it costs.

At most so many rows are drawn, the biggest; the others are one row, and all add up to the mart's
row of `all`. Whoever needs each of them finds the mart's name below the table.
"""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from functools import partial
from typing import Any

from handoff.report import charts, drawing
from handoff.report.intervals import Rate, given, rate_of
from handoff.report.marts import SCHEMA, Marts, Need
from handoff.report.section import Column, Figure, Key, Row, Section, Table, rate_keys
from handoff.report.wording import (
    NOTHING,
    count,
    interval,
    label,
    money,
    name,
    number,
    percent,
    plain,
    several,
    unit,
)

COUNTS = (
    "leads", "mqls", "sqls", "customers", "mqls_in_place", "mqls_to_sql", "pending_mqls",
    "stalled_leads",
)  # fmt: skip
KEYS = ("channel", "lead_source", "campaign")
NEEDS = (
    Need(
        "mart_lead_source_quality",
        ("level", *KEYS, *COUNTS, "mql_to_sql_rate", "mql_to_sql_low", "mql_to_sql_high", "spend",
         "cost_per_mql", "cost_per_sql", "cost_per_customer", "currency"),
    ),
)  # fmt: skip
HOW_TO_READ = (
    "Many MQLs with a line wholly left of the dashed one are volume that sales takes up less often"
    " than the rest; a line wholly right of it deserves more of them. A hollow dot, or a long line,"
    " says nothing yet."
)
CREDITED = Need("mart_attribution", ("attribution_model", "stage", "channel", "credits"))
CREDITS = f"""
    select channel, attribution_model, sum(credits) as credits
    from {SCHEMA}.mart_attribution
    where stage = 'customer'
    group by channel, attribution_model
"""
MODELS = ("first", "last", "linear", "position_based", "time_decay")
MOST = 12
LEVELS = (
    ("channel", "By channel"),
    ("campaign", "By campaign"),
    ("lead_source", "By source in the CRM"),
)
ROWS = f"""
    select * from {SCHEMA}.mart_lead_source_quality
    where level = ?
    order by mqls desc, leads desc, spend desc nulls last, channel nulls last,
        lead_source nulls last, campaign nulls last
"""
CENTS = Decimal("0.01")


def build(marts: Marts, min_sample: int) -> Section:
    """Answer what the sources bring and cost."""
    section = partial(
        Section,
        anchor="sources",
        title="Source quality",
        question="Which sources bring leads that sales wants, and what does one cost?",
    )
    everything = marts.rows(ROWS, ["all"])
    if not everything or not everything[0]["leads"]:
        return section(lack="Nothing yet: there are no leads to ask about.")
    total = everything[0]
    figures = [
        _figure(marts.rows(ROWS, [level]), total, min_sample, level, title)
        for level, title in LEVELS
        if level == "channel" or len(marts.rows(f"{ROWS} limit 2", [level])) > 1
    ]
    channels = marts.rows(ROWS, ["channel"])
    if marts.lack(CREDITED) is None:
        figures += _attribution_figures(marts)
    return section(
        finding=_finding(channels, min_sample),
        figures=tuple(figures),
        cautions=(
            (
                "Do not rank sources whose lines overlap: the order may be chance. Costs are"
                " what was spent so far over what came of it so far; young leads have not had their"
                " time."
            ),
        ),
    )


def _figure(
    rows: Sequence[dict[str, Any]],
    total: dict[str, Any],
    min_sample: int,
    level: str,
    title: str,
) -> Figure:
    shown, rest = list(rows[:MOST]), rows[MOST:]
    if len(rest) == 1:
        shown, rest = list(rows), []
    drawn = [_drawn(row, label(_title(row, level)), min_sample) for row in shown]
    if rest:
        drawn.append(_drawn(added_up(rest), f"{len(rest)} others together", min_sample))
    overall = _rate(total)
    reference = (
        None
        if overall.rate is None
        else charts.Reference(overall.rate, f"all: {percent(overall.rate)}")
    )
    return Figure(
        title=f"{title}: volume, and the share of MQLs that became SQLs",
        picture=drawing.picture(
            partial(
                charts.rates,
                drawn,
                title="MQL → SQL",
                reference=reference,
                volume_title="MQLs",
            ),
            f"Numbers of MQLs and MQL-to-SQL rates with 95% intervals, {title.lower()},"
            f" {len(drawn)} rows; the figures are in the table below.",
        ),
        keys=(
            Key("third", "bar", "MQLs", is_wide_only=True),
            *rate_keys(
                "MQL → SQL",
                f"fewer than {min_sample} MQLs: too few to judge",
                has_small=any(row.is_small for row in drawn),
            ),
        ),
        how_to_read=HOW_TO_READ if level == "channel" else "As the picture by channel.",
        table=_table(shown, rest, total, min_sample, level),
        is_table_open=level == "channel",
    )


def _drawn(row: dict[str, Any], title: str, min_sample: int) -> charts.RateRow:
    rate = _rate(row)
    return charts.RateRow(
        name=title,
        rate=rate.rate,
        low=rate.low,
        high=rate.high,
        volume=row["mqls"],
        of=f"{count(rate.part)} of {count(rate.whole)}" if rate.whole else "no MQL",
        is_small=rate.whole < min_sample,
        tip=f"{title}: {count(row['mqls'])} MQLs, MQL to SQL {percent(rate.rate)}"
        f" ({interval(rate.low, rate.high)})",
    )


def _title(row: dict[str, Any], level: str) -> str:
    """Name a row by its key; a campaign with its channel, for each channel has its nameless one."""
    if level == "channel":
        return name(row["channel"], blank="(not touched)")
    if level == "lead_source":
        return name(row["lead_source"], blank="(blank)")
    channel = name(row["channel"], blank="(not touched)")
    return f"{name(row['campaign'], blank='(no campaign)')} · {channel}"


def _rate(row: dict[str, Any]) -> Rate:
    if "mql_to_sql_rate" in row:
        return given(row, "mqls_to_sql", "mqls_in_place", "mql_to_sql")
    return rate_of(row["mqls_to_sql"], row["mqls_in_place"])


def added_up(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Add up rows of one level; a cost is the spend of all over the units of all."""
    summed: dict[str, Any] = {column: sum(row[column] or 0 for row in rows) for column in COUNTS}
    spent = [row["spend"] for row in rows if row["spend"] is not None]
    summed["spend"] = sum(spent) if spent else None
    for one in ("mql", "sql", "customer"):
        summed[f"cost_per_{one}"] = cost_per(summed["spend"], summed[f"{one}s"])
    return summed


def cost_per(spend: Decimal | None, units: int) -> Decimal | None:
    """Divide as the mart does: half up, null without either."""
    if spend is None or not units:
        return None
    return (spend / units).quantize(CENTS, ROUND_HALF_UP)


def _table(
    shown: Sequence[dict[str, Any]],
    rest: Sequence[dict[str, Any]],
    total: dict[str, Any],
    min_sample: int,
    level: str,
) -> Table:
    has_costs = level != "lead_source" and total["spend"] is not None
    currency = f" ({unit(total['currency'])})" if total["currency"] else ""
    headings = ["Leads", "MQLs", "SQLs", "Customers", "MQL → SQL", "95% interval"]
    if has_costs:
        headings += [f"Spend{currency}", "per MQL", "per SQL", "per customer"]
    lines = [_row(row, _title(row, level), min_sample, has_costs=has_costs) for row in shown]
    if rest:
        words = f"{several(len(rest), 'other')} together"
        lines.append(_row(added_up(rest), words, min_sample, has_costs=has_costs, kind="rest"))
    lines.append(_row(total, "All", min_sample, has_costs=has_costs, kind="total"))
    return Table(
        key=f"sources_{level}",
        caption="Leads, counted once each over all their cycles, the young ones too; so the rate"
        " is not that of the funnel, which asks mature MQLs cycle by cycle. * fewer than"
        f" {min_sample} MQLs."
        + (
            f" {NOTHING} where nothing was spent or nothing came of it. The costs of the row All"
            " are the spend over everybody, those of unpaid channels too."
            if has_costs
            else ""
        )
        + " Every row: mart_lead_source_quality.",
        columns=(
            Column({"lead_source": "Source"}.get(level, level.capitalize()), is_figure=False),
            *map(Column, headings),
        ),
        rows=tuple(lines),
    )


def _row(
    row: dict[str, Any], title: str, min_sample: int, *, has_costs: bool, kind: str = ""
) -> Row:
    rate = _rate(row)
    is_small = rate.rate is not None and rate.whole < min_sample
    cells = [
        title,
        count(row["leads"]),
        count(row["mqls"]),
        count(row["sqls"]),
        count(row["customers"]),
        percent(rate.rate) + ("*" if is_small else ""),
        interval(rate.low, rate.high),
    ]
    if has_costs:
        costs = ("spend", "cost_per_mql", "cost_per_sql", "cost_per_customer")
        cells += [money(row[column]) for column in costs]
    return Row(tuple(cells), kind or ("small" if is_small else ""))


def _attribution_figures(marts: Marts) -> list[Figure]:
    """Hold the models of attribution side by side; which of them is right no figure says."""
    shares: dict[str | None, dict[str, Decimal]] = {}
    for row in marts.rows(CREDITS):
        shares.setdefault(row["channel"], {})[row["attribution_model"]] = row["credits"]
    found = {model for given_to in shares.values() for model in given_to}
    models = sorted(found, key=lambda one: (_place(one), one))
    if not models or set(shares) == {None}:  # nobody was touched: all the credit is nobody's
        return []
    ordered = sorted(
        shares.items(), key=lambda one: (-sum(one[1].values()), one[0] is None, one[0] or "")
    )
    shown, rest = ordered[:MOST], ordered[MOST:]
    if len(rest) == 1:
        shown, rest = ordered, []
    lines = [(name(channel, blank="(not touched)"), of, "") for channel, of in shown]
    if rest:
        lines.append((f"{len(rest)} others together", _credits(rest, models), "rest"))
    lines.append(("All", _credits(ordered, models), "total"))
    return [
        Figure(
            title="Who gets the credit for the customers",
            picture=None,
            how_to_read=_credit_words(ordered, models),
            table=Table(
                key="attribution",
                caption="Customers credited to the touches of each channel, all months. Every model"
                " shares out the same customers. Money and campaigns: mart_attribution.",
                columns=(
                    Column("Channel", is_figure=False),
                    *(Column(plain(model).capitalize()) for model in models),
                ),
                rows=tuple(
                    Row((title, *(number(of.get(model, 0), 1) for model in models)), kind)
                    for title, of, kind in lines
                ),
            ),
        )
    ]


def _place(model: str) -> int:
    return MODELS.index(model) if model in MODELS else len(MODELS)


def _credits(
    rows: Sequence[tuple[str | None, dict[str, Decimal]]], models: Sequence[str]
) -> dict[str, Decimal]:
    return {
        model: sum((of.get(model, Decimal(0)) for _, of in rows), Decimal(0)) for model in models
    }


def _credit_words(
    rows: Sequence[tuple[str | None, dict[str, Decimal]]], models: Sequence[str]
) -> str:
    """Name the channel about which the models disagree most."""
    words = (
        "Go along a row: where it hardly changes, the model does not matter. None of them says what"
        " a channel caused."
    )

    def ends(of: dict[str, Decimal]) -> tuple[Decimal, Decimal]:
        each = [of.get(model, Decimal(0)) for model in models]
        return min(each), max(each)

    channel, of = max(rows, key=lambda one: ends(one[1])[1] - ends(one[1])[0])
    least, most = ends(of)
    if least == most:
        return f"The models agree on every channel. {words}"
    return (
        f"The models differ most on {label(channel, blank='(not touched)')}: between"
        f" {number(least, 1)} and {number(most, 1)} customers. {words}"
    )


def _finding(channels: Sequence[dict[str, Any]], min_sample: int) -> str:
    """Name the channels surely above and below all others, if there are any."""
    judged = [(_rate(row), row) for row in channels if row["mqls_in_place"] >= min_sample]
    if len(channels) < 2:
        return "All leads came by one channel: there is nothing to compare."
    if len(judged) < 2:
        return "Too few MQLs by channel to tell the channels apart."
    best = max(judged, key=lambda one: (one[0].rate, one[1]["mqls"]))
    worst = min(judged, key=lambda one: (one[0].rate, -one[1]["mqls"]))
    names = [label(one[1]["channel"], blank="(not touched)") for one in (best, worst)]
    if best[0].low > worst[0].high:
        return (
            f"Of the channels with enough MQLs, {names[0]} ({percent(best[0].rate)} of MQLs become"
            f" SQLs so far) is ahead of {names[1]} ({percent(worst[0].rate)}): their intervals do"
            " not touch."
        )
    return "No channel with enough MQLs is shown to be ahead of another: their intervals overlap."
