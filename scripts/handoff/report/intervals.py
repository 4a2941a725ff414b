"""Rates of counts that were added up here: their quotient and Wilson's 95 % interval.

Counts add up over cohorts and sources, rates and intervals do not. Where a mart has the row, its
own figures are taken; these are for sums it has no row for, by the arithmetic of
`macros/statistics`, to which the tests hold them.
"""

from dataclasses import dataclass
from math import sqrt
from typing import Any

Z = 1.959963984540054


@dataclass(frozen=True)
class Rate:
    """Part of a whole, with what may be believed of it; None where there is no whole."""

    part: int
    whole: int
    rate: float | None
    low: float | None
    high: float | None


def rate_of(part: Any, whole: Any) -> Rate:
    """Work out a rate and its interval."""
    k, n = int(part or 0), int(whole or 0)
    if n <= 0:
        return Rate(k, n, None, None, None)
    share = k / n
    centre, spread = k + Z * Z / 2, Z * sqrt(k * (n - k) / n + Z * Z / 4)
    low = max(0.0, min(share, (centre - spread) / (n + Z * Z)))
    high = min(1.0, max(share, (centre + spread) / (n + Z * Z)))
    return Rate(k, n, share, low, high)


def given(row: dict[str, Any], part: str, whole: str, prefix: str) -> Rate:
    """Take a rate from the columns of a mart's row: `<prefix>_rate`, `_low` and `_high`."""
    ends = (row[f"{prefix}_{end}"] for end in ("rate", "low", "high"))
    return Rate(int(row[part] or 0), int(row[whole] or 0), *ends)
