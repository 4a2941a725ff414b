"""The demo company's calendar: 18 months, when people come, when sales is at its desk.

All times are whole seconds since 1970 (UTC). Nothing is dated before START or at or after END.
"""

from datetime import UTC, datetime

import numpy as np

MINUTE, HOUR, DAY = 60, 3_600, 86_400
WEEK = 7 * DAY

START = int(datetime(2025, 1, 1, tzinfo=UTC).timestamp())
END = int(datetime(2026, 7, 1, tzinfo=UTC).timestamp())
MONTHS = tuple((2025 + month // 12, month % 12 + 1) for month in range(18))
MONTH_STARTS = np.array(
    [int(datetime(year, month, 1, tzinfo=UTC).timestamp()) for year, month in MONTHS] + [END]
)

# Growth with a summer and a Christmas dip; weekdays from Monday; hours of the day in UTC.
_MONTH_WEIGHTS = (62, 66, 74, 76, 78, 80, 70, 64, 88, 94, 92, 68, 90, 96, 106, 108, 112, 110)
_WEEKDAY_WEIGHTS = (10, 12, 12, 12, 9, 3, 3)
_HOUR_WEIGHTS = (3, 2, 1, 1, 1, 2, 4, 8, 13, 16, 17, 16, 15, 18, 20, 20, 18, 15, 12, 9, 8, 7, 6, 4)

# Sales works on weekdays between these hours (UTC).
_DESK_OPENS, _DESK_CLOSES = 8, 18


def _hour_ends() -> np.ndarray:
    """Accumulate the weight of every hour from START to END."""
    hours = np.arange(START, END, HOUR)
    month = month_of(hours)
    weights = (
        np.array(_MONTH_WEIGHTS)[month]
        * np.array(_WEEKDAY_WEIGHTS)[weekday(hours)]
        * np.array(_HOUR_WEIGHTS)[hours % DAY // HOUR]
    )
    return np.cumsum(weights)


def month_of(at: np.ndarray) -> np.ndarray:
    """Number the month of each time; 0 is the first, 18 whatever comes after the last."""
    return np.searchsorted(MONTH_STARTS, at, side="right") - 1


def weekday(at: np.ndarray) -> np.ndarray:
    """Number the weekday of each time; 0 is Monday (1970 began on a Thursday)."""
    return (at // DAY + 3) % 7


def arrivals(first: int, last: int, total: int, jitter: np.ndarray) -> np.ndarray:
    """Say when leads number `first` to `last` of `total` arrive: in order, along the growth curve.

    `jitter` holds a number below 3,600 for each: the second within the hour.
    """
    ends = _hour_ends()
    number = np.arange(first, last, dtype=np.int64)
    place = (number * 2 + 1) * int(ends[-1]) // (2 * total)
    hour = np.searchsorted(ends, place, side="right")
    return np.sort(START + hour * HOUR + jitter)


def at_the_desk(at: np.ndarray) -> np.ndarray:
    """Move what falls outside working hours to shortly after the desk opens again."""
    second = at % DAY
    early = np.where(second < _DESK_OPENS * HOUR, _DESK_OPENS * HOUR - second, 0)
    late = np.where(second >= _DESK_CLOSES * HOUR, DAY + _DESK_OPENS * HOUR - second, 0)
    moved = at + early + late
    weekend = np.maximum(weekday(moved) - 4, 0)
    wait = np.where(weekend == 0, 0, 3 - weekend) * DAY
    late_minutes = np.where(moved + wait > at, at % (45 * MINUTE), 0)
    return moved + wait + late_minutes
