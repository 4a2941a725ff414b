"""What every reader hands to the typing step: rows as they stand in the file, and where."""

from collections.abc import Callable
from dataclasses import dataclass, field

import pyarrow as pa

RAW_TEXT_LIMIT = 65_536  # characters of a quarantined line that are kept


class RefusedError(Exception):
    """A file that cannot be taken at all; the message is one sentence for people."""

    def __init__(self, message: str, *, line: int | None = None) -> None:
        """Keep the sentence and, where there is one, the line it is about."""
        super().__init__(message)
        self.line = line


@dataclass(frozen=True)
class Problem:
    """A record that cannot be taken, found before its values were looked at."""

    line: int
    raw_text: str
    code: str
    reason: str


@dataclass(frozen=True)
class Batch:
    """Some consecutive records of one file.

    `rows` has a column for every contract column the file brings, and `_line`, ascending.
    `records` counts everything but the header: rows, problems and blank lines.
    """

    rows: pa.Table
    raw_text: Callable[[int], str]
    records: int
    blank: int = 0
    explain: Callable[[str, int], tuple[str, str] | None] = lambda _text, _line: None
    """Given a bad row's text and line: a better code and reason than its values give, if any."""
    problems: list[Problem] = field(default_factory=list)


def presentable(text: str) -> str:
    """Make any decoded text storable: no NUL, no undecodable byte, bounded length."""
    kept = text[:RAW_TEXT_LIMIT].rstrip("\r\n")
    return kept.encode("utf-8", "replace").decode("utf-8").replace("\x00", "\u2400")


def text_table(columns: list[str], rows: list[list[str | None]], lines: list[int]) -> pa.Table:
    """Build the rows of a batch from text values."""
    by_column = zip(*rows, strict=True) if rows else ([] for _ in columns)
    arrays = {
        name: pa.array(list(values), pa.string())
        for name, values in zip(columns, by_column, strict=True)
    }
    return pa.table({**arrays, "_line": pa.array(lines, pa.int64())})
