"""What it takes to enter a computed stage: rules that exist, thresholds that can be reached."""

from collections.abc import Iterator
from itertools import combinations

from handoff.definition.findings import Finding, expected_one_of, quote
from handoff.definition.reading import Folder, Row
from handoff.definition.schema import AXES
from handoff.definition.scoring import axis_of, rules_of

_ENDLESS = float("inf")


def check_criteria(folder: Folder) -> Iterator[Finding]:
    """Check the criteria of every definition."""
    if folder.has("stages"):
        for row in folder.rows["stage_criteria"]:
            yield from _computed_stage(folder, row)
    if folder.readable("fit_rules", "event_rules"):
        for row in folder.rows["stage_criteria"]:
            yield from _required_rules(folder, row)
    if folder.readable("fit_rules", "event_rules", "rule_groups", "axes"):
        yield from _reachable(folder)
    if folder.has("stages"):
        yield from _higher_stages_ask_no_less(folder)


def _computed_stage(folder: Folder, row: Row) -> Iterator[Finding]:
    """Check that the stage is one that criteria decide."""
    entered_by = {stage["stage"]: stage["entered_by"] for stage in folder.rows["stages"]}
    computed = [stage for stage, how in entered_by.items() if how == "computed"]
    stage = row["stage"]
    if stage and stage not in entered_by:
        yield row.finding("stage", expected_one_of(stage, computed, "a computed stage"))
    elif stage and entered_by[stage] in ("created", "reported"):
        message = f"found {quote(stage)}, which is entered_by `{entered_by[stage]}` in stages.csv; "
        yield row.finding("stage", message + f"expected a computed one ({', '.join(computed)})")


def _required_rules(folder: Folder, row: Row) -> Iterator[Finding]:
    """Check that each required rule exists in this definition and can hold a positive balance."""
    if not row["required_rules"]:
        return
    rules = {
        rule["rule_id"]: rule
        for rule in rules_of(folder)
        if rule["definition_id"] == row["definition_id"] and rule["rule_id"]
    }
    names = [name.strip(" ") for name in row["required_rules"].split("&")]
    for name in names:
        if name not in rules:
            what = f"rules of {row['definition_id']} joined by `&`, each"
            yield row.finding("required_rules", expected_one_of(name, rules, what))
        elif " " in name:
            message = f"found {quote(name)}; expected a rule_id without blanks to be required"
            yield row.finding("required_rules", message)
        elif _never_positive(rules[name]):
            rule = rules[name]
            yield row.finding(
                "required_rules",
                f"found {quote(name)}, which can never hold a positive balance ({rule.file}, "
                f"row {rule.line}: points {rule['points']}, "
                f"max_points {rule['max_points'] or 'blank'}); expected a rule that gives points",
            )
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield row.finding("required_rules", f"found {quote(name)} more than once; expected it once")


def _never_positive(rule: Row) -> bool:
    """Tell whether a rule cannot hold points."""
    return not rule.bad and ((rule.whole("points") or 0) <= 0 or rule.whole("max_points") == 0)


def _most_of_rule(rule: Row) -> float:
    """Give the most points a rule can hold."""
    points, most = rule.whole("points") or 0, rule.whole("max_points")
    if points <= 0:
        return 0
    if rule.file == "fit_rules.csv":
        times: float = 1
    elif rule["limit_period"] == "ever":
        times = rule.whole("limit_count") or 1
    else:
        times = _ENDLESS
    return min(points * times, _ENDLESS if most is None else most)


def _most_of_axis(folder: Folder, definition: str, axis: str) -> float:
    """Give the highest score an axis can reach: its rules, held by group limits and the ceiling."""
    in_groups: dict[str, float] = {}
    for rule in rules_of(folder):
        if rule["definition_id"] == definition and axis_of(rule) == axis:
            most = _ENDLESS if rule.bad else _most_of_rule(rule)
            in_groups[rule["group_id"]] = in_groups.get(rule["group_id"], 0) + most
    for limit in folder.rows["rule_groups"]:
        if (limit["definition_id"], limit["axis"]) == (definition, axis):
            most = in_groups.get(limit["group_id"], 0)
            in_groups[limit["group_id"]] = min(most, _number(limit, "max_points"))
    score = sum(in_groups.values())
    for limit in folder.rows["axes"]:
        if (limit["definition_id"], limit["axis"]) == (definition, axis):
            score = min(score, _number(limit, "max_score"))
    return score


def _number(row: Row, column: str) -> float:
    """Give a ceiling; a blank one has no end."""
    given = row.whole(column)
    return _ENDLESS if given is None else given


def _reachable(folder: Folder) -> Iterator[Finding]:
    """Check that no criterion asks for more than its definition can give."""
    most: dict[tuple[str, str], float] = {}
    for definition in {row["definition_id"] for row in folder.rows["stage_criteria"]}:
        for axis in AXES:
            most[definition, axis] = _most_of_axis(folder, definition, axis)
        most[definition, "total"] = most[definition, "fit"] + most[definition, "intent"]
    for row in folder.rows["stage_criteria"]:
        for axis in (*AXES, "total"):
            column = f"min_{axis}_score"
            asked, can_be = row.whole(column), most[row["definition_id"], axis]
            if asked is not None and asked > can_be:
                yield row.finding(
                    column,
                    f"found {quote(row[column])}, which no lead can reach; expected at most "
                    f"{can_be:.0f}, the sum of its rules after all limits",
                )


def _higher_stages_ask_no_less(folder: Folder) -> Iterator[Finding]:
    """Check that, from MQL on, a higher computed stage asks no less of an axis than a lower one."""
    ranks = {
        stage["stage"]: stage.whole("rank") or 0
        for stage in folder.rows["stages"]
        if stage["track"] != "product" and stage["entered_by"] == "computed"
    }
    start = ranks.get("mql", 0)
    stages = sorted((rank, stage) for stage, rank in ranks.items() if rank >= start)
    for (_, lower), (_, higher) in combinations(stages, 2):
        for definition in sorted({row["definition_id"] for row in folder.rows["stage_criteria"]}):
            for axis in (*AXES, "total"):
                yield from _asks_less(folder, definition, f"min_{axis}_score", (lower, higher))


def _asks_less(
    folder: Folder, definition: str, column: str, stages: tuple[str, str]
) -> Iterator[Finding]:
    """Compare what the two stages ask on one axis, where every criterion of both asks something."""
    low, high = (
        [
            row
            for row in folder.rows["stage_criteria"]
            if (row["definition_id"], row["stage"]) == (definition, stage)
        ]
        for stage in stages
    )
    asked = [row.whole(column) for row in low + high]
    if not low or not high or None in asked:
        return
    least = min(row.whole(column) or 0 for row in low)
    most = max(row.whole(column) or 0 for row in high)
    if least > most:
        yield high[0].finding(
            column,
            f"found at most {most} for {quote(stages[1])} but at least {least} for "
            f"{quote(stages[0])} (row {low[0].line}); expected a higher stage to ask no less",
        )
