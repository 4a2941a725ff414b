"""RFC 4180, record by record, in plain Python: slow, and exact about what is wrong and where.

The comma separates, the double quote encloses, two of them inside a quoted value are one. A line
ends with LF, CRLF or CR. A quote inside a value that did not begin with one is an ordinary
character; text after a closing quote is an error of that record alone.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass

BLANK = " \t\r\n"


@dataclass(frozen=True)
class Record:
    """One record as it stands in the file."""

    line: int
    """Physical line it begins in."""
    ends: int
    """Physical line it ends in."""
    raw: str
    fields: list[str]
    broken_quote: bool
    unfinished: bool
    """Still inside quotes when the text ended."""

    @property
    def is_blank(self) -> bool:
        """Say whether there is nothing but white space."""
        return not self.raw.strip(BLANK)


def decode(data: bytes) -> str:
    """Decode UTF-8 so that any byte survives; what was invalid shows as a lone surrogate."""
    return data.decode("utf-8", "surrogateescape")


def encode(text: str) -> bytes:
    """Undo `decode`."""
    return text.encode("utf-8", "surrogateescape")


def split_records(text: str, first_line: int) -> Iterator[Record]:
    """Split whole lines into records; only the last one can be unfinished."""
    row: _Row | None = None
    line = first_line
    for physical in io.StringIO(text, newline=""):
        row = row or _Row(line)
        row.take(physical)
        if not row.quoted:
            yield row.record(line)
            row = None
        line += 1
    if row is not None:
        yield row.record(line - 1)


class _Row:
    """A record in the making."""

    def __init__(self, line: int) -> None:
        self.line = line
        self.quoted = False
        self._raw: list[str] = []
        self._fields: list[str] = []
        self._part: list[str] = []
        self._broken = False

    def record(self, ends: int) -> Record:
        return Record(self.line, ends, "".join(self._raw), self._fields, self._broken, self.quoted)

    def take(self, physical: str) -> None:
        """Add one physical line, its line end included."""
        self._raw.append(physical)
        end = len(physical.rstrip("\r\n"))
        at = 0
        while at is not None:
            at = (
                self._in_quotes(physical, at, end)
                if self.quoted
                else self._begin(physical, at, end)
            )

    def _begin(self, physical: str, at: int, end: int) -> int | None:
        """Take one value from its first character; return where the next begins."""
        if physical[at:end].startswith('"'):
            self.quoted = True
            self._part = []
            return at + 1
        comma = physical.find(",", at, end)
        self._fields.append(physical[at:comma] if comma >= 0 else physical[at:end])
        return comma + 1 if comma >= 0 else None

    def _in_quotes(self, physical: str, at: int, end: int) -> int | None:
        """Go on inside quotes; return where to go on, None when the line is used up."""
        quote = physical.find('"', at)
        if quote < 0:
            self._part.append(physical[at:])
            return None
        self._part.append(physical[at:quote])
        if physical.startswith('"', quote + 1):
            self._part.append('"')
            return quote + 2
        self.quoted = False
        self._fields.append("".join(self._part))
        if quote + 1 >= end:
            return None
        if physical[quote + 1] == ",":
            return quote + 2
        self._broken = True
        return None
