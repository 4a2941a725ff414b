"""Where the score comes from: the points held now, by axis and rule, each rule with its reason."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from handoff.report import charts, drawing
from handoff.report.marts import SCHEMA, Marts, Need
from handoff.report.section import Column, Figure, Row, Section, Table
from handoff.report.wording import NOTHING, TO, count, label, name, number, percent, plain, several

NEEDS = (
    Need("fct_score_reasons", ("definition_id", "rule_id", "axis", "lead_id", "points_held",
                               "reason")),
    Need("dim_leads", ("definition_id",)),
)  # fmt: skip
LIFT = Need(
    "mart_rule_lift",
    (
        "definition_id", "rule_id", "points", "leads_with", "lift", "adjusted_lift",
        "adjusted_low", "adjusted_high", "leaning_rate", "verdict", "is_vanity", "is_sign_wrong",
    ),
)  # fmt: skip
RULES = f"""
    with official as (select max(definition_id) as definition_id from {SCHEMA}.dim_leads)

    select
        reasons.axis,
        reasons.rule_id,
        min(reasons.reason) as reason,
        count(distinct reasons.lead_id) as leads,
        sum(reasons.points_held) as points
    from {SCHEMA}.fct_score_reasons as reasons
    inner join official on reasons.definition_id = official.definition_id
    group by reasons.axis, reasons.rule_id
    order by reasons.axis, points desc, reasons.rule_id
"""
LIFTS = f"""
    with official as (select max(definition_id) as definition_id from {SCHEMA}.dim_leads)

    select lifts.*
    from {SCHEMA}.mart_rule_lift as lifts
    inner join official on lifts.definition_id = official.definition_id
    order by
        lifts.is_sign_wrong desc,
        lifts.is_vanity desc,
        lifts.leaning_rate desc nulls last,
        lifts.rule_id
"""
MOST = 10
NAMED = 4
# Verdicts of rules that are one row together: there is nothing to read of each.
SILENT = {"too_few": "too few to say", "not_scored": "worth no points, so not judged"}
PAINTS = ("first", "second", "third")


def build(marts: Marts, min_sample: int) -> Section:
    """Answer what the points are made of."""
    del min_sample
    section = partial(
        Section,
        anchor="reasons",
        title="Where the score comes from",
        question="Which rules hold the points that leads have now, and why were they given?",
    )
    rules = marts.rows(RULES)
    if not rules:
        return section(lack="Nothing yet: no lead holds a point.")
    axes = sorted({rule["axis"] for rule in rules}, key=lambda axis: (_total(rules, axis), axis))
    groups = [
        (
            plain(label(axis)).capitalize(),
            PAINTS[place % len(PAINTS)],
            _bars([rule for rule in rules if rule["axis"] == axis]),
        )
        for place, axis in enumerate(axes[::-1])
    ]
    figures = [
        Figure(
            title="Points held by all leads together, by axis and rule",
            picture=drawing.picture(
                partial(charts.bars, groups, title="points held"),
                f"Bars of points held for {len(rules)} rules on {len(axes)} axes; the figures are"
                " in the table below.",
            ),
            how_to_read="To the right points that leads hold, to the left points that count against"
            " them; all axes have one scale. A score that rests on one or two bars is as good as"
            " those rules, whatever else the definition says.",
            table=_table(rules),
        )
    ]
    lifts = marts.rows(LIFTS) if marts.lack(LIFT) is None else []
    if any(row["verdict"] not in SILENT for row in lifts):
        figures.append(_lift_figure(lifts))
    finding = " ".join(one for one in (_finding(rules), _lift_words(lifts)) if one)
    return section(finding=finding, figures=tuple(figures))


def _total(rules: Sequence[dict[str, Any]], axis: str) -> Any:
    return sum(abs(rule["points"]) for rule in rules if rule["axis"] == axis)


def _bars(rules: Sequence[dict[str, Any]]) -> list[charts.BarRow]:
    """Take the rules that weigh most, to the right or to the left; the others are one bar."""
    by_weight = sorted(rules, key=lambda rule: (-abs(rule["points"]), rule["rule_id"]))
    most = by_weight[: MOST if len(rules) > MOST + 1 else len(rules)]
    rest = by_weight[len(most) :]
    drawn = [
        _bar(plain(label(rule["rule_id"])), rule["points"], several(rule["leads"], "lead"))
        for rule in sorted(most, key=lambda rule: (-rule["points"], rule["rule_id"]))
    ]
    if rest:
        points = sum(rule["points"] for rule in rest)
        drawn.append(_bar(f"{len(rest)} others together", points, ""))
    return drawn


def _bar(title: str, points: Any, leads: str) -> charts.BarRow:
    words = f"{title}: {number(points)} points, {leads}" if leads else title
    return charts.BarRow(title, float(points), number(points, 0), leads, words)


def _finding(rules: Sequence[dict[str, Any]]) -> str:
    given = sum(rule["points"] for rule in rules if rule["points"] > 0)
    top = sorted(rules, key=lambda rule: (-rule["points"], rule["rule_id"]))[:3]
    if not given or len(rules) <= 3:
        return ""
    share = sum(rule["points"] for rule in top) / given
    names = ", ".join(plain(label(rule["rule_id"])) for rule in top)
    return (
        f"Three of {several(len(rules), 'rule')} hold {number(100 * share, 0)}% of the points that"
        f" were given: {names}."
    )


def _table(rules: Sequence[dict[str, Any]]) -> Table:
    return Table(
        key="reasons",
        caption="Under the official definition. Points are within each rule's own limit; limits of"
        " groups and axes come after, so the rows can sum to more than the scores.",
        columns=(
            Column("Axis", is_figure=False),
            Column("Rule", is_figure=False),
            Column("Points held"),
            Column("Leads"),
            Column("Reason", is_figure=False),
        ),
        rows=tuple(
            Row(
                (
                    name(rule["axis"]),
                    name(rule["rule_id"]),
                    number(rule["points"], 0 if rule["points"] == int(rule["points"]) else 2),
                    count(rule["leads"]),
                    name(rule["reason"], blank="(no reason)"),
                )
            )
            for rule in rules
        ),
    )


def _lift_words(lifts: Sequence[dict[str, Any]]) -> str:
    """Name the rules that point the wrong way, and those that give points and show no lift."""
    wrong = [plain(label(row["rule_id"])) for row in lifts if row["is_sign_wrong"]]
    vain = [
        plain(label(row["rule_id"]))
        for row in lifts
        if row["is_vanity"] and not row["is_sign_wrong"]
    ]
    words = []
    if wrong:
        words.append(f"Pointing the wrong way: {_some(wrong)}.")
    if vain:
        words.append(f"Giving points without a lift that shows: {_some(vain)}.")
    return " ".join(words)


def _some(names: Sequence[str]) -> str:
    more = len(names) - NAMED
    return ", ".join(names[:NAMED]) + (f" and {several(more, 'other')}" if more > 0 else "")


def _lift_figure(lifts: Sequence[dict[str, Any]]) -> Figure:
    headings = ("Points", "Leads with", "Plain lift", "Adjusted lift", "95%", "MQLs that need it")
    told = [row for row in lifts if row["verdict"] not in SILENT]
    rows = [_lift_row(row) for row in told]
    for verdict, words in SILENT.items():
        silent = [row for row in lifts if row["verdict"] == verdict]
        if silent:
            cells = (several(len(silent), "rule"), *[""] * len(headings), words)
            rows.append(Row(cells, "rest"))
    return Figure(
        title="Does each rule tell buyers apart",
        picture=None,
        how_to_read="The adjusted lift is how many times as often leads with points of the rule"
        " bought as leads that score alike without it; where 1 lies within its interval, the rule"
        " adds nothing that shows. Of many rules a few look different by chance, and a lift is no"
        " effect.",
        table=Table(
            key="rule_lift",
            caption="The official definition; mature leads, all asked at the same age. The plain"
            " lift compares with all others. “MQLs that need it” would not be MQLs without its"
            " points. Every rule: mart_rule_lift.",
            columns=(
                Column("Rule", is_figure=False),
                *map(Column, headings),
                Column("Verdict", is_figure=False),
            ),
            rows=tuple(rows),
        ),
    )


def _lift_row(row: dict[str, Any]) -> Row:
    low, high = row["adjusted_low"], row["adjusted_high"]
    return Row(
        (
            name(row["rule_id"]),
            number(row["points"], 0),
            count(row["leads_with"]),
            number(row["lift"]),
            number(row["adjusted_lift"]),
            NOTHING if low is None else f"{number(low)}{TO}{number(high)}",
            percent(row["leaning_rate"]),
            _verdict(row),
        )
    )


def _verdict(row: dict[str, Any]) -> str:
    said = plain(row["verdict"])
    if row["is_sign_wrong"]:
        return f"{said}: points the wrong way"
    return f"{said}: points for nothing that shows" if row["is_vanity"] else said
