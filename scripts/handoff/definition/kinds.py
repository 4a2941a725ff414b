"""What one cell may hold. Every kind says it in words, since a refusal has to quote it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from zoneinfo import available_timezones

_WHOLE = re.compile(r"0|-?[1-9][0-9]{0,8}")
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2})?Z?)?")
_HOUR = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]|24:00")


@dataclass(frozen=True)
class Kind:
    """A kind of cell: the test it has to pass, in code and in words, and the names it may take."""

    accepts: Callable[[str], bool]
    expected: str
    allowed: tuple[str, ...] = ()


def is_number(text: str) -> bool:
    """Tell whether rules read `text` as a number: digits with at most a sign and a point."""
    return _NUMBER.fullmatch(text) is not None


def moment(text: str) -> datetime | None:
    """Read a date or a UTC time; a date means its midnight. None when it is neither."""
    if not _MOMENT.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(text.removesuffix("Z"))
    except ValueError:
        return None


def _is_date(text: str) -> bool:
    """Tell a date that exists from one that only looks so."""
    if not _DATE.fullmatch(text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


@cache
def time_zones() -> tuple[str, ...]:
    """List the IANA time zones."""
    return tuple(sorted(available_timezones()))


def whole(low: int, high: int) -> Kind:
    """Make the kind of whole numbers from `low` to `high`; one spelling for each."""
    return Kind(
        lambda text: _WHOLE.fullmatch(text) is not None and low <= int(text) <= high,
        f"a whole number from {low} to {high}",
    )


def choice(names: tuple[str, ...]) -> Kind:
    """Make the kind of the listed names, spelled exactly so."""
    return Kind(lambda text: text in names, f"one of {', '.join(names)}", names)


TEXT = Kind(lambda _text: True, "any text")
# A tab, a line break or a zero-width character looks like nothing and matches nothing.
IDENTIFIER = Kind(str.isprintable, "a text without tabs, line breaks or invisible characters")
DATE = Kind(_is_date, "a date that exists, as YYYY-MM-DD")
MOMENT = Kind(
    lambda text: moment(text) is not None,
    "a date as YYYY-MM-DD (midnight UTC) or a UTC time as YYYY-MM-DDTHH:MM:SSZ",
)
HOUR = Kind(
    lambda text: _HOUR.fullmatch(text) is not None, "a time of day from 00:00 to 24:00, as HH:MM"
)
TIME_ZONE = Kind(lambda text: text in time_zones(), "an IANA time zone such as Europe/London")
