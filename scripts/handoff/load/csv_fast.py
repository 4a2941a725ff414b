"""A block of CSV at full speed, or nothing.

The records of the block are counted from its bytes (line ends outside quotes) before the parser
sees it, and the parser must come to the same number. Records that are ragged or hold a NUL are
taken out and looked at one by one. Whatever else is not plainly regular (a stray quote, a bare CR,
invalid UTF-8, a huge value) makes the block one for `csv_careful`, which gives the same rows where
both can read it.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.csv

from handoff.load.batch import Batch, Problem, presentable
from handoff.load.csv_careful import Csv, explain, find_problem
from handoff.load.csv_records import decode, split_records
from handoff.load.header import Header
from handoff.load.limits import MIB

# One block is read without threads: each takes addresses, and one that gets no memory for what is
# its own is the end of the process.
_AT_ONCE = 4 * MIB
_QUOTE, _COMMA, _LF, _CR = 34, 44, 10, 13
_BEFORE_OPENING = np.zeros(256, dtype=bool)
_BEFORE_OPENING[list(b',\n"')] = True
_AFTER_CLOSING = np.zeros(256, dtype=bool)
_AFTER_CLOSING[list(b',\r\n"')] = True


@dataclass(frozen=True)
class _Shape:
    """Where the records of a block lie: byte offsets, physical lines, and which are blank."""

    starts: np.ndarray
    ends: np.ndarray
    lines: np.ndarray
    is_blank: np.ndarray
    has_long_records: bool
    next_line: int

    @property
    def used(self) -> int:
        return int(self.ends[-1])


def read_block(
    data: bytes, first_line: int, file: Csv, *, is_last: bool
) -> tuple[Batch, bytes, int] | None:
    """Return what `csv_careful.read_block` does, or None where care is needed."""
    if len(file.header.columns) == 1 or data.count(b"\r") != data.count(b"\r\n"):
        return None
    shape = _shape(data, first_line, is_last=is_last)
    if shape is None or int((shape.ends - shape.starts).max()) > file.limits.field_bytes:
        return None
    odd = np.zeros(len(shape.lines), dtype=bool)
    rows = None if b"\0" in data else _parse(data[: shape.used], file.header, shape)
    if rows is None:
        odd = _odd_records(data, shape, len(file.header.columns))
        rows = _parse(_without(data, shape, odd), file.header, shape)
    lines = shape.lines[~(shape.is_blank | odd)]
    if rows is None or rows.num_rows != len(lines):
        return None
    apart = _take_apart(data, shape, odd, file)
    if apart is None:
        return None
    problems, blank = apart

    def raw_text(line: int) -> str:
        at = int(np.searchsorted(shape.lines, line))
        return presentable(decode(data[shape.starts[at] : shape.ends[at]]))

    batch = Batch(
        rows.append_column("_line", pa.array(lines, pa.int64())),
        raw_text,
        records=len(shape.lines),
        blank=int(shape.is_blank.sum()) + blank,
        explain=lambda text, line: explain(text, line, file),
        problems=problems,
    )
    return batch, data[shape.used :], shape.next_line


def _odd_records(data: bytes, shape: _Shape, columns: int) -> np.ndarray:
    """Mark the records that have another number of commas than the header, or hold a NUL."""
    octets = np.frombuffer(data, np.uint8)[: shape.used]
    quotes = np.flatnonzero(octets == _QUOTE)
    commas = np.flatnonzero(octets == _COMMA)
    commas = commas[np.searchsorted(quotes, commas) % 2 == 0]
    # commas before each record's end, less those before its start
    before = np.searchsorted(commas, shape.ends)
    odd = np.diff(before, prepend=0) != columns - 1
    odd[np.searchsorted(shape.ends, np.flatnonzero(octets == 0), side="right")] = True
    return odd & ~shape.is_blank


def _without(data: bytes, shape: _Shape, odd: np.ndarray) -> bytes:
    """Return the block without the records marked."""
    starts = [0, *shape.ends[odd].tolist()]
    ends = [*shape.starts[odd].tolist(), shape.used]
    return b"".join(data[start:end] for start, end in zip(starts, ends, strict=True))


def _take_apart(
    data: bytes, shape: _Shape, odd: np.ndarray, file: Csv
) -> tuple[list[Problem], int] | None:
    """Say what is wrong with each record marked, and how many are blank; None if one is fine."""
    problems: list[Problem] = []
    blank = 0
    for at in np.flatnonzero(odd).tolist():
        text = decode(data[shape.starts[at] : shape.ends[at]])
        record = next(split_records(text, int(shape.lines[at])))
        if record.is_blank:
            blank += 1
        elif problem := find_problem(record, file):
            problems.append(problem)
        else:
            return None
    return problems, blank


def _shape(data: bytes, first_line: int, *, is_last: bool) -> _Shape | None:
    octets = np.frombuffer(data, np.uint8)
    line_ends = np.flatnonzero(octets == _LF)
    if is_last and not data.endswith(b"\n"):
        line_ends = np.append(line_ends, len(data) - 1)
    ending = np.arange(len(line_ends))  # which of the lines end a record
    if b'"' in data:
        quotes = np.flatnonzero(octets == _QUOTE)
        if not _is_regular(octets, quotes, is_last=is_last):
            return None
        # the last byte of a file without a line end may itself be a closing quote
        outside = np.searchsorted(quotes, line_ends, side="right") % 2 == 0
        ending = np.flatnonzero(outside)
    if not len(ending):
        return None
    ends = line_ends[ending] + 1
    starts = np.concatenate(([0], ends[:-1]))
    lengths = ends - starts
    begins_with_cr = octets[starts] == _CR
    is_blank = ((lengths == 1) & (octets[starts] == _LF)) | ((lengths == 2) & begins_with_cr)
    return _Shape(
        starts=starts,
        ends=ends,
        lines=first_line + np.concatenate(([0], ending[:-1] + 1)),
        is_blank=is_blank,
        has_long_records=len(ending) != len(line_ends),
        next_line=first_line + int(ending[-1]) + 1,
    )


def _is_regular(octets: np.ndarray, quotes: np.ndarray, *, is_last: bool) -> bool:
    """Say whether every quote stands where RFC 4180 has one; then counting them is parsing."""
    if len(quotes) % 2 and is_last:
        return False
    opening, closing = quotes[::2], quotes[1::2]
    if len(opening) and opening[0] == 0:
        opening = opening[1:]
    if len(closing) and closing[-1] == len(octets) - 1:
        closing = closing[:-1]
    return bool(
        _BEFORE_OPENING[octets[opening - 1]].all() and _AFTER_CLOSING[octets[closing + 1]].all()
    )


def _parse(data: bytes, header: Header, shape: _Shape) -> pa.Table | None:
    names = [name or f"?{at}" for at, name in enumerate(header.columns)]
    mapped = list(header.mapped)
    try:
        return pyarrow.csv.read_csv(
            pa.BufferReader(data),
            read_options=pyarrow.csv.ReadOptions(
                column_names=names,
                block_size=_AT_ONCE,
                use_threads=len(data) > _AT_ONCE,
            ),
            parse_options=pyarrow.csv.ParseOptions(newlines_in_values=shape.has_long_records),
            convert_options=pyarrow.csv.ConvertOptions(
                column_types={name: pa.string() for name in mapped},
                include_columns=mapped,
                null_values=[""],
                strings_can_be_null=True,
                quoted_strings_can_be_null=True,
            ),
        )
    except pa.ArrowInvalid:
        return None
