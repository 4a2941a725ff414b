"""A block of CSV, taken apart in plain Python: for blocks with anything out of the ordinary."""

from bisect import bisect_right
from dataclasses import dataclass

import pyarrow as pa

from handoff.load.batch import Batch, Problem, RefusedError, presentable, text_table
from handoff.load.contract import Table
from handoff.load.csv_records import Record, decode, encode, split_records
from handoff.load.header import Header, header_again, normalise
from handoff.load.limits import Limits


@dataclass(frozen=True)
class Csv:
    """What holds for every block of one file."""

    table: Table
    header: Header
    limits: Limits


def read_block(
    data: bytes, first_line: int, file: Csv, *, is_last: bool
) -> tuple[Batch, bytes, int]:
    """Return the block's batch, the unfinished record at its end, and the line that begins in."""
    taken: list[Record] = []
    problems: list[Problem] = []
    blank, rest, line = 0, b"", first_line
    for record in split_records(decode(data), first_line):
        if record.unfinished and not is_last:
            rest = encode(record.raw)
            break
        line = record.ends + 1
        if record.is_blank:
            blank += 1
        elif problem := find_problem(record, file):
            problems.append(problem)
        else:
            taken.append(record)
    _check_lines(data[: len(data) - len(rest)], line - first_line)
    return _batch(taken, file, problems, blank), rest, line


def _check_lines(data: bytes, taken: int) -> None:
    """Count the lines once more, from the bytes: what was taken must be all there is."""
    ends = data.count(b"\n") + data.count(b"\r") - data.count(b"\r\n")
    lines = ends + (bool(data) and data[-1:] not in b"\r\n")
    if lines != taken:
        message = f"internal error: {lines:,} lines were read, but {taken:,} were taken"
        raise RefusedError(message)


def find_problem(record: Record, file: Csv) -> Problem | None:
    """Say what is structurally wrong with a record, if anything is."""
    if record.unfinished:
        message = f"the quote opened in the record of line {record.line:,} is never closed"
        raise RefusedError(message, line=record.line)
    found = _again(record, file) or _reason(record, file.header, file.limits)
    return Problem(record.line, presentable(record.raw), *found) if found else None


def explain(raw_text: str, line: int, file: Csv) -> tuple[str, str] | None:
    """Say what a row is whose values could not be taken, if that is more than a wrong value."""
    record = next(split_records(raw_text, line), None)
    return _again(record, file) if record else None


def _again(record: Record, file: Csv) -> tuple[str, str] | None:
    if not record.fields or normalise(record.fields[0]) not in file.header.names:
        return None
    return header_again(record.fields, file.header, file.table, record.line)


def no_rows(header: Header) -> pa.Table:
    """Return the columns of a file, without rows."""
    return text_table(list(header.mapped), [], [])


def _reason(record: Record, header: Header, limits: Limits) -> tuple[str, str] | None:
    expected, got = len(header.columns), len(record.fields)
    if "\x00" in record.raw:
        return "nul_byte", f"holds a NUL byte at character {record.raw.index(chr(0)) + 1:,}"
    if not record.raw.isascii() and (at := _undecodable(record.raw)) is not None:
        return "not_utf8", f"is not UTF-8 at byte {at:,} of the row"
    if len(record.raw) * 4 > limits.field_bytes and _longest(record) > limits.field_bytes:
        return "too_long", f"holds a value of more than {limits.field_bytes:,} bytes, the limit"
    if record.broken_quote:
        return "bad_quote", "has text after a closing quote; expected a comma or the end of the row"
    if got != expected:
        return "ragged", f"has {got:,} fields; expected {expected:,} as in the header"
    return None


def _undecodable(text: str) -> int | None:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        return len(encode(text[: error.start])) + 1
    return None


def _longest(record: Record) -> int:
    return max(len(encode(field)) for field in record.fields)


def _batch(taken: list[Record], file: Csv, problems: list[Problem], blank: int) -> Batch:
    positions = list(file.header.mapped.values())
    lines = [record.line for record in taken]
    rows = [[record.fields[at] or None for at in positions] for record in taken]

    def raw_text(line: int) -> str:
        return presentable(taken[bisect_right(lines, line) - 1].raw)

    return Batch(
        rows=text_table(list(file.header.mapped), rows, lines),
        raw_text=raw_text,
        records=len(taken) + len(problems) + blank,
        blank=blank,
        problems=problems,
        explain=lambda text, line: explain(text, line, file),
    )
