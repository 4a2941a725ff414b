"""What happens around an MQL: response times, routing, working hours, and which channel it is."""

from collections.abc import Iterator
from itertools import pairwise

from handoff.definition.conditions import check_value
from handoff.definition.findings import Finding, expected_one_of, quote
from handoff.definition.reading import Folder, Row

_ASKS = ("country", "region", "industry", "min_employees", "max_employees")


def check_handling(folder: Folder) -> Iterator[Finding]:
    """Check everything that does not make a score."""
    yield from _sla(folder)
    yield from _response_classes(folder)
    yield from _working_hours(folder)
    yield from _routing(folder)
    for row in folder.rows["channel_rules"]:
        yield from check_value(row)
        yield from _seen(row)


def _sla(folder: Folder) -> Iterator[Finding]:
    """Check that promises are made for stages and criteria that exist."""
    if not folder.has("stages", "stage_criteria"):
        return
    stages = [row["stage"] for row in folder.rows["stages"]]
    for row in folder.rows["sla"]:
        if row["stage"] and row["stage"] not in stages:
            yield row.finding(
                "stage", expected_one_of(row["stage"], stages, "a stage of stages.csv")
            )
            continue
        criteria = [
            criterion["criterion_id"]
            for criterion in folder.rows["stage_criteria"]
            if criterion["stage"] == row["stage"]
        ]
        if row["criterion_id"] and row["criterion_id"] not in criteria:
            what = f"blank (any) or a criterion of {row['stage']}"
            yield row.finding("criterion_id", expected_one_of(row["criterion_id"], criteria, what))


def _response_classes(folder: Folder) -> Iterator[Finding]:
    """Check that every response time falls into one class: rising, the last one without end."""
    rows = folder.rows["response_classes"]
    if not rows or any(row.bad for row in rows):
        return
    for before, after in pairwise(rows):
        low, high = before.whole("up_to_minutes"), after.whole("up_to_minutes")
        if low is None:
            yield before.finding(
                "up_to_minutes", "blank; expected a number in all but the last row"
            )
        elif high is not None and high < low:
            yield after.finding(
                "up_to_minutes", f"found {quote(after['up_to_minutes'])}; expected more than {low}"
            )
    if rows[-1]["up_to_minutes"]:
        yield rows[-1].finding(
            "up_to_minutes",
            f"found {quote(rows[-1]['up_to_minutes'])}; expected blank (no end) in the last row",
        )


def _working_hours(folder: Folder) -> Iterator[Finding]:
    """Check that days open before they close, shifts do not overlap, and there is one clock."""
    rows = [row for row in folder.rows["working_hours"] if not row.bad]
    for row in rows:
        if row["opens"] >= row["closes"]:
            yield row.finding(
                "closes",
                f"found {quote(row['closes'])}; expected a time after it opens at {row['opens']}",
            )
        if row["time_zone"] != rows[0]["time_zone"]:
            yield row.finding(
                "time_zone",
                f"found {quote(row['time_zone'])}; expected {rows[0]['time_zone']} as in row "
                f"{rows[0].line}: one clock for all",
            )
    by_day = sorted(rows, key=lambda row: (row["weekday"], row["opens"]))
    for before, after in pairwise(by_day):
        if before["weekday"] == after["weekday"] and after["opens"] < before["closes"]:
            yield after.finding(
                "opens",
                f"found {quote(after['opens'])}; expected {before['closes']} or later, when "
                f"the shift of row {before.line} ends",
            )


def _routing(folder: Folder) -> Iterator[Finding]:
    """Check that every MQL finds one queue: the last row, and no earlier one, asks nothing."""
    rows = [row for row in folder.rows["routing_rules"] if row["priority"]]
    for row in rows:
        least, most = row.whole("min_employees"), row.whole("max_employees")
        if least is not None and most is not None and least > most:
            yield row.finding(
                "max_employees", f"found {quote(row['max_employees'])}; expected at least {least}"
            )
        for column in ("country", "region", "industry"):
            if "|" in row[column]:
                message = f"found {quote(row[column])}; expected one text, a row for each"
                yield row.finding(column, message)
    rows.sort(key=lambda row: row.whole("priority") or 0)
    if rows and not any(_asks_nothing(row) for row in rows):
        yield rows[-1].finding(
            None,
            "the last row by priority asks for something; expected a default with blank "
            f"{', '.join(_ASKS)}, so that no MQL is left without a queue",
        )
    for row in rows[:-1]:
        if _asks_nothing(row):
            yield row.finding(
                "priority",
                f"found {quote(row['priority'])} for a row that asks nothing; expected the highest "
                "priority number, since no row after it can be reached",
            )


def _asks_nothing(row: Row) -> bool:
    """Tell whether a routing row takes everybody."""
    return not any(row.cells[column] for column in _ASKS)


def _seen(row: Row) -> Iterator[Finding]:
    """Check that a channel is told by something that is there: a blank matches no channel rule."""
    if row["operator"] == "is_missing":
        yield row.finding(
            "operator",
            "found `is_missing`, which no channel rule can match; expected an operator for what is "
            "there (a touch of which nothing is known is `direct`)",
        )
