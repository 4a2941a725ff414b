"""What a check has found, in words somebody who edits a spreadsheet can act on."""

from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz import fuzz, process

_SHOWN = 60
_LISTED = 30


@dataclass(frozen=True)
class Finding:
    """One mistake: where it stands and what was expected there.

    `row` is the line of the file where the row begins (the header is 1); None: the whole file.
    """

    file: str
    row: int | None
    column: str | None
    message: str

    def __str__(self) -> str:
        """Say it in one line."""
        place = self.file
        place += f", row {self.row}" if self.row is not None else ""
        place += f", column {self.column}" if self.column else ""
        return f"{place}: {self.message}"


def quote(text: str) -> str:
    """Show what stands in a cell: cut to a readable length, invisible characters made visible."""
    shown = text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
    shown = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in shown)
    return f"`{shown}`"


def nearest(text: str, names: Iterable[str]) -> str | None:
    """Give the name that was probably meant."""
    found = process.extractOne(
        text, list(names), scorer=fuzz.ratio, processor=str.lower, score_cutoff=60
    )
    return found[0] if found else None


def expected_one_of(text: str, names: Iterable[str], what: str = "") -> str:
    """Say what was found, which names are allowed, and which of them is nearest."""
    names = list(names)
    listed = ", ".join(names[:_LISTED]) + (", …" if len(names) > _LISTED else "")
    allowed = f"expected {what + ': ' if what else ''}one of {listed}" if names else (
        f"expected {what or 'a name'}, but there is none"
    )  # fmt: skip
    close = nearest(text, names)
    return f"found {quote(text)}; {allowed}" + (f" (nearest: `{close}`)" if close else "")
