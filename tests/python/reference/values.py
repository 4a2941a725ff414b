"""When a rule's condition holds: a value as text, what counts as missing, and the operators."""

import json
import re
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")


def trimmed(text: str | None) -> str | None:
    """Without the spaces around it; nothing left is missing."""
    return (text or "").strip(" ") or None


def comparable(text: str | None) -> str | None:
    """How text compares: trimmed, case-insensitively."""
    return (trimmed(text) or "").lower() or None


def as_text(value: object) -> str | None:
    """A column's value as a rule sees it; None is missing."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, Decimal):
        digits = format(value, "f")
        digits = digits.rstrip("0").rstrip(".") if "." in digits else digits
        return "0" if digits == "-0" else digits
    return None if value is None else trimmed(str(value))


def json_value(document: object, key: str) -> str | None:
    """The value of a top-level key as text, strings unquoted; null is missing."""
    value = json.loads(str(document)).get(key) if document else None
    if value is None or isinstance(value, str):
        return trimmed(value)
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def column_or_key(row: dict, columns: list[str], document: str, name: str) -> str | None:
    """A contract column where there is one of that name, else a key of the JSON object."""
    return as_text(row.get(name)) if name in columns else json_value(row.get(document), name)


def number(text: str | None) -> Decimal | None:
    """The number a text is, or None: `12`, `-0.5`; not `1e3`, `.5`, `1,000`."""
    text = trimmed(text)
    return Decimal(text) if text and NUMBER.fullmatch(text) else None


def listed(text: str) -> list[str | None]:
    """The items of `a|b|c`."""
    return [comparable(item) for item in text.split("|")]


def at_least(found: str, asked: str) -> bool:
    """Both are numbers and found >= asked."""
    left, right = number(found), number(asked)
    return left is not None and right is not None and left >= right


def at_most(found: str, asked: str) -> bool:
    """Both are numbers and found <= asked."""
    left, right = number(found), number(asked)
    return left is not None and right is not None and left <= right


def between(found: str, asked: str) -> bool:
    """Within `low|high`, both ends included."""
    low, high = asked.split("|")
    return at_least(found, low) and at_most(found, high)


# What holds of a missing value is said by WHEN_MISSING alone; the rest is asked of known values.
WHEN_MISSING = {"is_missing", "not_equals", "not_in", "always"}
WHEN_KNOWN = {
    "equals": lambda found, asked: comparable(found) == comparable(asked),
    "not_equals": lambda found, asked: comparable(found) != comparable(asked),
    "in": lambda found, asked: comparable(found) in listed(asked),
    "not_in": lambda found, asked: comparable(found) not in listed(asked),
    "contains": lambda found, asked: comparable(asked) in comparable(found),
    "starts_with": lambda found, asked: comparable(found).startswith(comparable(asked)),
    "ends_with": lambda found, asked: comparable(found).endswith(comparable(asked)),
    "at_least": at_least,
    "at_most": at_most,
    "between": between,
    "is_present": lambda _found, _asked: True,
    "is_missing": lambda _found, _asked: False,
    "always": lambda _found, _asked: True,
}


@dataclass(frozen=True)
class Condition:
    """`name operator value` of a rule; no operator asks nothing."""

    name: str | None
    operator: str
    value: str | None

    def holds(self, found: str | None) -> bool:
        """Whether the value found under `name` satisfies it."""
        if found is None:
            return self.operator in WHEN_MISSING
        return WHEN_KNOWN[self.operator](found, self.value)


def order_key(row: dict, columns: list[str]) -> tuple:
    """Content as an ordering: column by column, ascending, blank last, text in byte order."""

    def one(value: object) -> tuple:
        if value is None:
            return (1, 0)
        return (0, value.encode() if isinstance(value, str) else value)

    return tuple(one(row.get(column)) for column in columns)
