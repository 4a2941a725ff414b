"""The condition of a rule, `name operator value`: whether the three fit together."""

import re
from collections.abc import Iterator

from handoff.definition.findings import Finding, expected_one_of, quote
from handoff.definition.kinds import is_number
from handoff.definition.reading import Row
from handoff.definition.schema import ACCOUNT_COLUMNS, EVENT_COLUMNS, LEAD_COLUMNS

_TAKE_NOTHING = ("is_present", "is_missing", "always")
_TAKE_A_LIST = ("in", "not_in")
_TAKE_A_NUMBER = ("at_least", "at_most")
_ACCOUNT = "account."


def check_value(row: Row) -> Iterator[Finding]:
    """Check that the value is what the operator takes."""
    operator, value = row["operator"], row["value"]
    if "value" in row.bad or not operator:
        return
    message = None
    if operator in _TAKE_NOTHING:
        message = f"`{operator}` takes no value; leave the cell empty" if value else None
    elif not value:
        message = f"blank; `{operator}` expects {_expects(operator)}"
    elif operator == "between":
        message = _between(value)
    elif operator in _TAKE_A_NUMBER:
        message = None if is_number(value) else f"`{operator}` expects a number such as 50 or 0.5"
    elif operator in _TAKE_A_LIST:
        message = None if _is_list(value) else f"`{operator}` expects {_expects(operator)}"
    elif "|" in value:
        message = f"`{operator}` takes one text and not a list; use `in`, or write one row for each"
    if message:
        yield row.finding("value", f"found {quote(value)}; {message}" if value else message)


def _expects(operator: str) -> str:
    """Say in words what an operator takes."""
    if operator in _TAKE_A_LIST:
        return "a list such as a|b|c without empty items"
    if operator == "between":
        return "two numbers such as 50|199"
    return "a number" if operator in _TAKE_A_NUMBER else "a text"


def _is_list(value: str) -> bool:
    """Tell whether every item of a list says something."""
    return all(item.strip() for item in value.split("|"))


def _between(value: str) -> str | None:
    """Check the two ends of a range."""
    ends = [end.strip() for end in value.split("|")]
    if len(ends) != 2 or not all(is_number(end) for end in ends):
        return "`between` expects two numbers such as 50|199, both included"
    if float(ends[0]) > float(ends[1]):
        return "`between` expects the smaller number first; nothing lies in this range"
    return None


def check_named(row: Row, name_column: str) -> Iterator[Finding]:
    """Check that an operator has something to look at, and a name or value an operator."""
    name, operator = row[name_column], row["operator"]
    if row.bad.intersection((name_column, "operator")):
        return
    if operator and operator != "always" and not name:
        yield row.finding(name_column, f"blank; `{operator}` has to be told what to look at")
    if name and not operator:
        yield row.finding("operator", f"blank; expected an operator, since {quote(name)} is named")
    if row["value"] and not operator:
        yield row.finding(
            "operator", f"blank; expected an operator for the value {quote(row['value'])}"
        )


def check_attribute(row: Row) -> Iterator[Finding]:
    """Check the attribute of a fit rule: a column of leads or accounts, or a JSON key."""
    name = row["attribute"]
    if name.startswith(_ACCOUNT):
        column = name.removeprefix(_ACCOUNT)
        if column not in ACCOUNT_COLUMNS:
            allowed = [_ACCOUNT + column for column in ACCOUNT_COLUMNS]
            yield row.finding("attribute", expected_one_of(name, allowed))
    else:
        allowed = LEAD_COLUMNS + tuple(_ACCOUNT + column for column in ACCOUNT_COLUMNS)
        yield from _misspelled(row, "attribute", allowed)


def check_property(row: Row, column: str) -> Iterator[Finding]:
    """Check a property of an event: a column of events, or a JSON key."""
    if row[column].startswith(_ACCOUNT):
        message = f"found {quote(row[column])}; account attributes are for fit rules only"
        yield row.finding(column, f"{message}, expected a column of events or a key of properties")
    else:
        yield from _misspelled(row, column, EVENT_COLUMNS)


def _misspelled(row: Row, column: str, names: tuple[str, ...]) -> Iterator[Finding]:
    """Find `JobTitle` for `job_title`: it would be looked up as a JSON key and never be there.

    Only spelling that differs in case and separators is refused: any other name may be a key.
    """
    by_letters = {_letters(name): name for name in names}
    meant = by_letters.get(_letters(row[column]))
    if meant and row[column] not in names:
        yield row.finding(
            column, f"found {quote(row[column])}; expected the column `{meant}`, spelled exactly so"
        )


def _letters(name: str) -> str:
    """Reduce a name to what people remember of it."""
    return re.sub(r"[^a-z0-9]", "", re.sub(r"^accounts?\.", "account.", name.lower()))
