"""Newline-delimited JSON as batches: one object a line, keys matched like column names.

A line that is not one plain object is quarantined alone. Numbers keep the digits they were
written with; nested objects stay JSON text.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from handoff.load.batch import Batch, Problem, presentable, text_table
from handoff.load.contract import Table
from handoff.load.csv_records import BLANK, decode
from handoff.load.header import check_required, normalise
from handoff.load.limits import Limits
from handoff.load.notes import Notes
from handoff.load.source import Lines, Source

_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


class _TakenError(Exception):
    """A line that cannot be taken: code and reason."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code


class _Number(float):
    """A fraction that remembers its text."""

    text: str

    def __new__(cls, text: str) -> "_Number":
        number = super().__new__(cls, text)
        if number in (float("inf"), float("-inf")):
            raise _TakenError("bad_json", "holds a number too large for JSON readers")
        number.text = text
        return number


@dataclass
class _Reader:
    """What is learnt about one file's keys, line by line."""

    table: Table
    limits: Limits
    columns: dict[str, str | None] = field(default_factory=dict)
    """Contract column of each key seen; None for an unknown key."""

    def row(self, text: str) -> dict[str, str | None]:
        """Take one line apart."""
        if "\x00" in text or "\\u0000" in text:
            raise _TakenError("nul_byte", "holds a NUL character")
        if _LONE_SURROGATE.search(text):
            raise _TakenError("not_utf8", "is not UTF-8")
        if text.count("{") + text.count("[") > self.limits.json_depth:
            self._check_depth(text)
        found = _parse(text)
        row: dict[str, str | None] = {}
        for key, value in found.items():
            column = self.columns[key] if key in self.columns else self._learn(key)
            if column is None:
                continue
            if column in row:
                raise _TakenError("duplicate_key", f"names {column} twice")
            row[column] = self._text(value)
        return row

    def _learn(self, key: str) -> str | None:
        name = normalise(key)
        if len(self.columns) < self.limits.columns:
            self.columns[key] = name if name in self.table.names else None
        return name if name in self.table.names else None

    def _text(self, value: Any) -> str | None:
        text = _as_text(value)
        if text is None or not text:
            return None
        if _LONE_SURROGATE.search(text):
            raise _TakenError("bad_json", "holds half a surrogate pair")
        if len(text) * 4 > self.limits.field_bytes < len(text.encode()):
            limit = f"{self.limits.field_bytes:,}"
            raise _TakenError("too_long", f"holds a value of more than {limit} bytes, the limit")
        return text

    def _check_depth(self, text: str) -> None:
        depth = deepest = 0
        for mark in _STRING.sub("", text):
            depth += (mark in "{[") - (mark in "}]")
            deepest = max(deepest, depth)
        if deepest > self.limits.json_depth:
            limit = self.limits.json_depth
            raise _TakenError("bad_json", f"is nested more than {limit} deep, the limit")


def batches(source: Source, table: Table, limits: Limits, notes: Notes) -> Iterator[Batch]:
    """Read the file; yields nothing for one without a record."""
    lines = Lines(source.blocks(), limits)
    reader = _Reader(table, limits)
    taken = 0
    data = b""
    while block := lines.next():
        data = block.removeprefix(b"\xef\xbb\xbf") if lines.line == 1 else block
        batch = _read_block(data, lines.line, reader)
        lines.line += batch.records
        taken += batch.rows.num_rows
        yield batch
    if not data:
        notes.add("is empty; nothing to load")
    elif not data.endswith((b"\n", b"\r")):
        notes.add("does not end with a line end; its last line may be cut off")
    notes.unknown_columns([presentable(key) for key, to in reader.columns.items() if to is None])
    if taken:
        names = list(reader.columns)
        check_required({normalise(name) for name in names}, names, table, line=None)


def _read_block(data: bytes, first_line: int, reader: _Reader) -> Batch:
    texts = decode(data).replace("\r\n", "\n").removesuffix("\n").split("\n")
    names = reader.table.names
    rows: list[list[str | None]] = []
    lines: list[int] = []
    problems: list[Problem] = []
    blank = 0
    for line, text in enumerate(texts, first_line):
        if not text.strip(BLANK):
            blank += 1
            continue
        try:
            row = reader.row(text)
        except _TakenError as problem:
            problems.append(Problem(line, presentable(text), problem.code, str(problem)))
            continue
        rows.append([row.get(name) for name in names])
        lines.append(line)

    def raw_text(line: int) -> str:
        return presentable(texts[line - first_line])

    return Batch(text_table(names, rows, lines), raw_text, len(texts), blank, problems=problems)


def _parse(text: str) -> dict[str, Any]:
    try:
        value = _DECODER.decode(text)
    except (ValueError, RecursionError):  # digits beyond what Python turns into a number, too
        raise _TakenError("bad_json", "is not valid JSON; expected one object a line") from None
    if not isinstance(value, dict):
        found = "an array" if isinstance(value, list) else "a bare value"
        raise _TakenError("bad_json", f"is {found}; expected one object a line")
    return value


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _TakenError("duplicate_key", "names a key twice in one object")
    return found


def _constant(name: str) -> None:
    raise _TakenError("bad_json", f"holds {name}, which is not JSON")


_DECODER = json.JSONDecoder(object_pairs_hook=_pairs, parse_constant=_constant, parse_float=_Number)


def _as_text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, _Number):
        return format(Decimal(value.text), "f") if "e" in value.text.lower() else value.text
    if isinstance(value, int):
        return str(value)
    return json.dumps(value, ensure_ascii=False)
