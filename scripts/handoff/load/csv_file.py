"""A CSV file as batches: its header by name, then block by block, fast where that is safe."""

import re
from collections.abc import Iterator

from handoff.load import csv_careful, csv_fast
from handoff.load.batch import Batch, RefusedError
from handoff.load.contract import Table
from handoff.load.csv_records import Record, decode, encode, split_records
from handoff.load.header import Header, map_header
from handoff.load.limits import MIB, Limits
from handoff.load.notes import Notes
from handoff.load.source import Lines, Source

_BOM = b"\xef\xbb\xbf"
_HEADER_BYTES = MIB
# Millions of blank lines are passed over at once: a packed file can hold as many as it likes.
_LINE_END = re.compile(rb"\r\n|\n|\r")
_BLANK_LINES = re.compile(rb"(?:[ \t]*(?:\r\n|\n|\r))*+")


def batches(source: Source, table: Table, limits: Limits, notes: Notes) -> Iterator[Batch]:
    """Read the file; yields nothing for one without a header and without data."""
    lines = Lines(source.blocks(), limits)
    found = _read_header(lines, table, limits)
    if found is None:
        notes.add("is empty; nothing to load")
        return
    header, header_bytes, blank = found
    file = csv_careful.Csv(table, header, limits)
    notes.unknown_columns(header.unknown)
    yield Batch(csv_careful.no_rows(header), str, records=blank, blank=blank)
    last = b"\n"
    while data := lines.next():
        fast = None
        if header_bytes not in data:
            fast = csv_fast.read_block(data, lines.line, file, is_last=lines.is_last)
        batch, rest, line = fast or csv_careful.read_block(
            data, lines.line, file, is_last=lines.is_last
        )
        lines.line = line
        lines.give_back(rest)
        last = data[-1:]
        yield batch
    if last not in b"\r\n":
        notes.add("does not end with a line end; its last line may be cut off")


def _read_header(lines: Lines, table: Table, limits: Limits) -> tuple[Header, bytes, int] | None:
    """Take the first record that is not blank; what follows it is given back."""
    blank = 0
    while data := lines.next():
        if lines.line == 1:
            data = data.removeprefix(_BOM)
        used = len(_BLANK_LINES.match(data)[0])
        skipped = len(_LINE_END.findall(data[:used]))
        blank += skipped
        lines.line += skipped
        for record in split_records(decode(_first_lines(data[used:])), lines.line):
            used += len(encode(record.raw))
            if record.is_blank:
                blank += 1
                lines.line = record.ends + 1
                continue
            _check_header(record, limits)
            header = map_header(record.fields, table, limit=limits.columns, line=record.line)
            lines.line = record.ends + 1
            lines.put_back(data[used:])
            return header, encode(record.raw).rstrip(b"\r\n"), blank
        lines.put_back(data[used:])
    return None


def _first_lines(data: bytes) -> bytes:
    """Return the beginning of a block: a header is never longer."""
    cut = data.rfind(b"\n", 0, _HEADER_BYTES) + 1 or data.rfind(b"\r", 0, _HEADER_BYTES - 1) + 1
    return data[: cut or None]


def _check_header(record: Record, limits: Limits) -> None:
    if record.unfinished or record.broken_quote:
        message = "the header has a quote that is not closed where its name ends"
        raise RefusedError(message, line=record.line)
    if len(record.raw) > limits.field_bytes:
        message = f"the header is longer than {limits.field_bytes:,} characters"
        raise RefusedError(message, line=record.line)
