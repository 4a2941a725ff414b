"""What binds rules, limits, schedules and grades together: everything that makes points."""

import re
from collections.abc import Iterator

from rapidfuzz import fuzz

from handoff.definition.conditions import (
    check_attribute,
    check_named,
    check_property,
    check_value,
)
from handoff.definition.findings import Finding, expected_one_of, nearest, quote
from handoff.definition.kinds import moment
from handoff.definition.reading import Folder, Row

_OF_A_DEFINITION = (
    "fit_rules", "event_rules", "rule_groups", "axes", "grades", "stage_criteria", "resets",
)  # fmt: skip
# So near to a group that has a limit that it is a slip of the pen rather than another group.
_SAME_GROUP = 85


def check_scoring(folder: Folder) -> Iterator[Finding]:
    """Check everything that makes points."""
    yield from _definitions(folder)
    yield from _known_definitions(folder)
    yield from _rule_ids(folder)
    for row in folder.rows["fit_rules"]:
        yield from check_named(row, "attribute")
        yield from check_attribute(row)
        yield from check_value(row)
    for row in folder.rows["event_rules"]:
        yield from _event_rule(row)
    yield from _known_schedules(folder)
    yield from _schedules(folder)
    yield from _groups(folder)


def axis_of(row: Row) -> str:
    """Give the axis of a rule; fit rules have no such column."""
    return row.cells.get("axis", "fit")


def rules_of(folder: Folder) -> list[Row]:
    """List the rules of both files."""
    return folder.rows["fit_rules"] + folder.rows["event_rules"]


def _definitions(folder: Folder) -> Iterator[Finding]:
    """Check that at most one definition is official at a time, and that there is one at all."""
    rows = folder.rows["definitions"]
    official = [row for row in rows if row["status"] == "official"]
    if folder.has("definitions") and not official and not any("status" in row.bad for row in rows):
        yield Finding(
            "definitions.csv",
            None,
            "status",
            "no definition is official; expected one with `official`",
        )
    periods = []
    for row in rows:
        starts, ends = moment(row["effective_from"]), moment(row["effective_to"])
        if starts and ends and starts >= ends:
            yield row.finding(
                "effective_to",
                f"found {quote(row['effective_to'])}; expected a moment after effective_from "
                f"{quote(row['effective_from'])}",
            )
        elif row["status"] == "official" and not row.bad.intersection(
            ("effective_from", "effective_to")
        ):
            periods.append((str(starts or ""), str(ends or "~"), row))
    periods.sort(key=lambda period: (period[0], period[2].line))
    longest = periods[0] if periods else None
    for period in periods[1:]:
        if longest and period[0] < longest[1]:
            yield _overlap(longest[2], period[2])
        longest = max(longest or period, period, key=lambda one: one[1])


def _overlap(before: Row, after: Row) -> Finding:
    """Say that two definitions claim the same days."""
    first, second = sorted((before, after), key=lambda row: row.line)
    return second.finding(
        "effective_from",
        f"official {_period(second)}, which overlaps with {quote(first['definition_id'])} of row "
        f"{first.line} ({_period(first)}); expected one official definition at any time "
        "(effective_to is the first moment no longer included)",
    )


def _period(row: Row) -> str:
    """Say from when to when a definition holds."""
    starts, ends = row["effective_from"], row["effective_to"]
    return f"from {quote(starts or 'the beginning')} to {quote(ends or 'no end')}"


def _known_definitions(folder: Folder) -> Iterator[Finding]:
    """Check that every row belongs to a definition."""
    if not folder.has("definitions"):
        return
    known = [row["definition_id"] for row in folder.rows["definitions"]]
    for name in _OF_A_DEFINITION:
        for row in folder.rows[name]:
            if row["definition_id"] and row["definition_id"] not in known:
                message = expected_one_of(row["definition_id"], known, "a definition_id")
                yield row.finding("definition_id", message)


def _rule_ids(folder: Folder) -> Iterator[Finding]:
    """Check that a rule_id means one rule of its definition, across fit and event rules."""
    first: dict[tuple[str, str], Row] = {}
    for row in rules_of(folder):
        if not row["definition_id"] or not row["rule_id"]:
            continue
        if "&" in row["rule_id"]:
            yield row.finding(
                "rule_id",
                f"found {quote(row['rule_id'])}; expected no `&`, which joins required_rules",
            )
        same = first.setdefault((row["definition_id"], row["rule_id"].lower()), row)
        if same is not row:
            yield row.finding(
                "rule_id",
                f"duplicate key: rule_id {quote(row['rule_id'])} of {quote(row['definition_id'])} "
                f"stands in {same.file}, row {same.line} already; expected it once in both files",
            )


def _event_rule(row: Row) -> Iterator[Finding]:
    """Check what an event rule asks for: its condition and its three counts."""
    yield from check_named(row, "property")
    yield from check_property(row, "property")
    yield from check_property(row, "distinct_by")
    yield from check_value(row)
    if row["within_days"] and not row["min_count"] and "min_count" not in row.bad:
        yield row.finding(
            "within_days", "found a period without min_count; expected both or neither"
        )
    for given, other in (("limit_count", "limit_period"), ("limit_period", "limit_count")):
        if row[given] and not row[other] and other not in row.bad:
            yield row.finding(
                other, f"blank, though {given} is {quote(row[given])}; expected both or neither"
            )


def _known_schedules(folder: Folder) -> Iterator[Finding]:
    """Check that a rule fades by a schedule that exists."""
    if not folder.readable("decay_schedules"):
        return
    known = list(dict.fromkeys(row["decay_id"] for row in folder.rows["decay_schedules"]))
    for row in folder.rows["event_rules"]:
        if row["decay_id"] and row["decay_id"] not in known:
            yield row.finding("decay_id", expected_one_of(row["decay_id"], known, "a decay_id"))


def _schedules(folder: Folder) -> Iterator[Finding]:
    """Check that schedules fall: later steps further down the file, never with more left."""
    last: dict[str, Row] = {}
    for row in folder.rows["decay_schedules"]:
        if row.bad:
            continue
        before = last.get(row["decay_id"])
        last[row["decay_id"]] = row
        if before is None:
            continue
        if (row.whole("after_days") or 0) < (before.whole("after_days") or 0):
            yield row.finding(
                "after_days",
                f"found {quote(row['after_days'])} after {quote(before['after_days'])} of row "
                f"{before.line}; expected the steps of a schedule in rising order of days",
            )
        elif (row.whole("remaining_percent") or 0) > (before.whole("remaining_percent") or 0):
            yield row.finding(
                "remaining_percent",
                f"found {quote(row['remaining_percent'])} after "
                f"{quote(before['remaining_percent'])} of row {before.line}: a rising decay; "
                f"expected at most {before['remaining_percent']}, since points only fade",
            )


def _groups(folder: Folder) -> Iterator[Finding]:
    """Check that limits and rules speak of the same groups.

    A group without a row in rule_groups has no limit and is fine; a slip of the pen is not.
    """
    if not folder.readable("fit_rules", "event_rules", "rule_groups"):
        return
    used: dict[tuple[str, str], list[str]] = {}
    for row in rules_of(folder):
        if row["group_id"]:
            used.setdefault((row["definition_id"], axis_of(row)), []).append(row["group_id"])
    limited: dict[tuple[str, str], list[str]] = {}
    for row in folder.rows["rule_groups"]:
        key = (row["definition_id"], row["axis"])
        limited.setdefault(key, []).append(row["group_id"])
        names = list(dict.fromkeys(used.get(key, [])))
        if row["group_id"] and row["axis"] and row["group_id"] not in names:
            what = f"a group_id that a rule of the axis {row['axis']} has"
            yield row.finding("group_id", expected_one_of(row["group_id"], names, what))
    for row in rules_of(folder):
        key = (row["definition_id"], axis_of(row))
        names = limited.get(key, [])
        if row["group_id"] and row["group_id"] not in names:
            meant = nearest(row["group_id"], [name for name in names if name in used.get(key, [])])
            if meant and _is_slip(row["group_id"], meant):
                message = expected_one_of(row["group_id"], names, "a group of rule_groups.csv")
                yield row.finding("group_id", message + ", or a name that is less alike")


def _is_slip(found: str, meant: str) -> bool:
    """Tell `websit` for `website` from `group_1` beside `group_2`."""
    numbers = re.findall(r"[0-9]+", found) == re.findall(r"[0-9]+", meant)
    return numbers and fuzz.ratio(found.lower(), meant.lower()) >= _SAME_GROUP
