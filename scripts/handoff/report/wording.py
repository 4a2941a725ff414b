"""How values are written on the page: counts, rates, intervals, days, money, and others' texts.

Texts come from links anybody can write. Escaping is the template's business; here they lose what
no escaping mends: characters that are not printed, and those that turn the reading direction.
"""

import unicodedata
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

TO = NOTHING = "\N{EN DASH}"
LETTERS = ("mql", "pql", "sal", "sql")
LONGEST_IN_A_PICTURE = 48
LONGEST_CURRENCY = 8
LONGEST_IN_A_TABLE = 600
# Cc, Cf: controls, the bidirectional ones among them; Cs, Cn: what is no character; Zl, Zp: breaks.
UNSEEN = {"Cc", "Cf", "Cs", "Cn", "Co", "Zl", "Zp"}
# Joins the parts of one emoji, and shapes letters of some scripts: seen, though not by itself.
JOINERS = {"\u200c", "\u200d"}


def shown(text: Any, *, longest: int = LONGEST_IN_A_TABLE) -> str:
    """Write a text of the data: on one line, what cannot be seen spelt out, not endlessly long."""
    spelt = "".join(_seen(character) for character in str(text))
    words = " ".join(spelt.split())
    return words if len(words) <= longest else words[: longest - 1].rstrip() + "…"


def _seen(character: str) -> str:
    if character in "\t\n\r":
        return " "
    if character in JOINERS or unicodedata.category(character) not in UNSEEN:
        return character
    return f"⟨U+{ord(character):04X}⟩"


def label(text: Any, *, blank: str = "(none)") -> str:
    """Write a name as a picture can hold it; a missing one is said to be missing."""
    return blank if text in (None, "") else shown(text, longest=LONGEST_IN_A_PICTURE)


def name(text: Any, *, blank: str = "(none)") -> str:
    """Write a name in a table, whole."""
    return blank if text in (None, "") else shown(text)


def unit(currency: Any) -> str:
    """Write a currency, a code of three letters unless somebody made a sentence of it."""
    return "" if currency in (None, "") else shown(currency, longest=LONGEST_CURRENCY)


def plain(word: Any) -> str:
    """Write a word of the project's own, such as `within_1_hour`, for people."""
    return name(word).replace("_", " ")


def stage(word: Any) -> str:
    """Write a stage: the trade's letters in capitals, a company's own words as they are."""
    return str(word).upper() if word in LETTERS else plain(word)


def count(value: Any) -> str:
    """Write a whole number; unknown is not zero."""
    return NOTHING if value is None else f"{int(value):,}"


def percent(rate: float | None) -> str:
    """Write a rate with one decimal, half up; the interval says how much of it to believe."""
    if rate is None:
        return NOTHING
    return f"{_rounded(100 * rate, 1):.1f}%"


def interval(low: float | None, high: float | None) -> str:
    """Write the two ends of an interval."""
    if low is None or high is None:
        return NOTHING
    return f"{_rounded(100 * low, 1):.1f}{TO}{_rounded(100 * high, 1):.1f}%"


def days(value: float | None) -> str:
    """Write days with one decimal."""
    return NOTHING if value is None else f"{_rounded(value, 1):,.1f}"


def number(value: Any, places: int = 2) -> str:
    """Write a figure that is neither a count nor a rate."""
    if value is None:
        return NOTHING
    return f"{_rounded(value, places):,.{places}f}".replace("-", "\u2212")


def money(value: Any) -> str:
    """Write an amount; nobody reads the cents of a hundred."""
    if value is None:
        return NOTHING
    return number(value, 0 if abs(value) >= 100 else 2)


def month(value: date | None) -> str:
    """Write the month of a cohort."""
    return "all months" if value is None else f"{value:%b %Y}"


def quarter(value: date | None) -> str:
    """Write the quarter of a cohort."""
    return "all quarters" if value is None else f"{value.year} Q{(value.month + 2) // 3}"


def day(value: datetime | date | None) -> str:
    """Write a day."""
    return NOTHING if value is None else f"{value.day} {value:%B %Y}"


def several(how_many: int, one: str, more: str | None = None) -> str:
    """Write a count with its noun."""
    return f"{how_many:,} {one if how_many == 1 else more or one + 's'}"


def _rounded(value: Any, places: int) -> Decimal:
    """Round half up, as people do; by way of the shortest text, so that 0.125 stays 0.125."""
    exact = value if isinstance(value, Decimal) else Decimal(repr(float(value)))
    return exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
