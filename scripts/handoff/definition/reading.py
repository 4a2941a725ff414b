"""Read the files of a definition folder into rows that know their line.

Everything that can be wrong with a file or with one cell is found here: encoding, quoting, header,
width, types, bare `null`. It never looks at two rows at once, except for keys.
"""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from handoff.definition.findings import Finding, expected_one_of, nearest, quote
from handoff.definition.schema import MAX_ROWS, SEEDS, Column, Seed

# A definition of this size is data that lost its way.
_MAX_BYTES = 20_000_000


@dataclass(frozen=True)
class Row:
    """One row: the file and line it stands in, its cells without surrounding blanks."""

    file: str
    line: int
    cells: dict[str, str]
    bad: frozenset[str] = frozenset()

    def __getitem__(self, column: str) -> str:
        """Give a cell's text; blank where it is blank or was found wrong already."""
        return "" if column in self.bad else self.cells[column]

    def whole(self, column: str) -> int | None:
        """Give a cell as a whole number; None where it is blank or was found wrong already."""
        return int(self[column]) if self[column] else None

    def finding(self, column: str | None, message: str) -> Finding:
        """Say something about a cell of this row."""
        return Finding(self.file, self.line, column, message)


@dataclass(frozen=True)
class Folder:
    """A folder as read: the rows of each seed, which seeds it has, and what was wrong already.

    A seed that could not be read at all is in `broken`: nothing can be said of what refers to it.
    """

    rows: dict[str, list[Row]]
    given: frozenset[str]
    broken: frozenset[str]
    findings: list[Finding] = field(default_factory=list)

    def has(self, *seeds: str) -> bool:
        """Tell whether all these seeds are in the folder and could be read."""
        return all(seed in self.given and seed not in self.broken for seed in seeds)

    def readable(self, *seeds: str) -> bool:
        """Tell whether what these seeds say is known; an absent one says nothing."""
        return not any(seed in self.broken for seed in seeds)


class _UnreadableError(Exception):
    """A file that cannot be split into rows; carries where and why."""

    def __init__(self, line: int | None, message: str) -> None:
        super().__init__(message)
        self.line = line
        self.message = message


def read_folder(folder: Path) -> Folder:
    """Read every seed of a folder; never raises for what stands in the files."""
    findings = list(_unknown_files(folder))
    rows: dict[str, list[Row]] = {}
    broken = set()
    given = {name for name, seed in SEEDS.items() if _is_there(folder / seed.file)}
    for name, seed in SEEDS.items():
        rows[name] = []
        if name not in given:
            if seed.when_missing == "refused":
                broken.add(name)
                findings.append(_missing_file(seed))
            continue
        try:
            rows[name], found = _read_seed(seed, folder / seed.file)
            findings += found
        except _UnreadableError as error:
            broken.add(name)
            findings.append(Finding(seed.file, error.line, None, error.message))
    return Folder(rows, frozenset(given), frozenset(broken), findings)


def _is_there(path: Path) -> bool:
    """Tell whether something by this name lies there, if only a dangling link or a folder."""
    return path.exists() or path.is_symlink()


def _missing_file(seed: Seed) -> Finding:
    """Say that a file has to be there."""
    return Finding(
        seed.file, None, None,
        f"the file is missing; expected a CSV file with the columns {', '.join(seed.header)}",
    )  # fmt: skip


def _unknown_files(folder: Path) -> Iterator[Finding]:
    """Find CSV files that no seed is called after: a misspelled name would mean `no such rules`."""
    known = [seed.file for seed in SEEDS.values()]
    for path in sorted(folder.glob("*.[cC][sS][vV]")):
        if path.name not in known:
            yield Finding(
                path.name, None, None,
                "no seed has this name; " + expected_one_of(path.name, known, "a file name"),
            )  # fmt: skip


def _read_seed(seed: Seed, path: Path) -> tuple[list[Row], list[Finding]]:
    """Read one file: its rows, and what is wrong with single rows and cells."""
    records = _records(_text(path))
    if not records:
        raise _UnreadableError(
            1, f"the file is empty; expected at least the header {','.join(seed.header)}"
        )
    (_, header), *body = records
    findings = _check_header(seed, [name.strip(" ") for name in header])
    if findings:
        first, *rest = findings
        raise _UnreadableError(1, "; ".join([first, *rest]))
    if len(body) > MAX_ROWS:
        raise _UnreadableError(
            body[MAX_ROWS][0],
            f"the file has {len(body)} rows; expected at most {MAX_ROWS}, which people can read",
        )
    order = [name.strip(" ") for name in header]
    rows = []
    for line, fields in body:
        if not any(value.strip() for value in fields):
            findings.append(Finding(seed.file, line, None, "the row is empty; delete it"))
        elif len(fields) != len(order):
            findings.append(Finding(seed.file, line, None, _width(len(fields), len(order))))
        else:
            row, found = _check_cells(seed, line, dict(zip(order, fields, strict=True)))
            rows.append(row)
            findings += found
    return rows, findings + list(_duplicates(seed, rows))


def _width(got: int, expected: int) -> str:
    """Say that a row is too long or too short."""
    hint = "a comma inside a text needs the text in double quotes"
    return f"found {got} fields; expected {expected} as in the header ({hint})"


def _text(path: Path) -> str:
    """Decode a file, or say at which line it stops being UTF-8 text."""
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise _UnreadableError(None, f"the file is larger than {_MAX_BYTES:,} bytes")
        data = path.read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise _UnreadableError(None, f"the file cannot be read: {reason}") from error
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise _UnreadableError(1, "the file is UTF-16; expected UTF-8 (save as `CSV UTF-8`)")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        message = f"byte {error.start + 1} is not UTF-8; expected UTF-8 (save as `CSV UTF-8`)"
        raise _UnreadableError(line, message) from error
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        raise _UnreadableError(line, "found a NUL byte; expected text")
    return text


def _records(text: str) -> list[tuple[int, list[str]]]:
    """Split CSV text into records with the line each begins in."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    records = []
    begins = 1
    try:
        for fields in reader:
            records.append((begins, fields))
            begins = reader.line_num + 1
    except csv.Error as error:
        message = (
            f"the quoting is broken ({error}); expected text with quotes doubled inside quotes"
        )
        raise _UnreadableError(begins, message) from error
    return records


def _check_header(seed: Seed, header: list[str]) -> list[str]:
    """Compare a header with the contract, by name."""
    for mark, name in ((";", "semicolons"), ("\t", "tabs")):
        if len(header) == 1 and mark in header[0]:
            return [f"the columns are separated by {name}; expected commas"]
    messages = [
        f"found the column {quote(name)} {header.count(name)} times; expected once"
        for name in sorted({name for name in header if header.count(name) > 1})
    ]
    missing = [name for name in seed.header if name not in header]
    for name in dict.fromkeys(header):
        if name not in seed.header:
            close = nearest(name, missing or seed.header)
            hint = f" (nearest: `{close}`)" if close else ""
            messages.append(f"found an unknown column {quote(name)}{hint}")
    if missing:
        messages.append(f"missing {', '.join(missing)}")
    if messages:
        messages.append(f"expected the columns {', '.join(seed.header)}")
    return messages


def _check_cells(seed: Seed, line: int, cells: dict[str, str]) -> tuple[Row, list[Finding]]:
    """Check each cell of a row by itself."""
    cells = {name: value.strip(" ") for name, value in cells.items()}
    findings = []
    for column in seed.columns:
        message = _cell_message(column, cells[column.name])
        if message:
            findings.append(Finding(seed.file, line, column.name, message))
    bad = frozenset(found.column for found in findings if found.column)
    return Row(seed.file, line, cells, bad), findings


def _cell_message(column: Column, text: str) -> str | None:
    """Say what is wrong with one cell, or nothing."""
    if not text:
        return f"blank; expected {column.kind.expected}" if column.required else None
    if text.lower() == "null":
        return f"found {quote(text)}, which would be read as blank; leave the cell empty"
    if column.kind.accepts(text):
        return None
    if column.kind.allowed:
        return expected_one_of(text, column.kind.allowed)
    return f"found {quote(text)}; expected {column.kind.expected}"


def _duplicates(seed: Seed, rows: list[Row]) -> Iterator[Finding]:
    """Find rows with a key that an earlier row has; texts that match alike are alike."""
    for key in seed.keys:
        first: dict[tuple[str, ...], int] = {}
        for row in rows:
            if row.bad.intersection(key):
                continue
            value = tuple(_comparable(row, column) for column in key)
            if value in first:
                named = ", ".join(f"{column} {quote(row[column])}" for column in key)
                message = f"duplicate key: {named} stands in row {first[value]} already"
                yield row.finding(key[-1], message + "; expected it once")
            first.setdefault(value, row.line)


def _comparable(row: Row, column: str) -> str:
    """Give a cell as the warehouse compares it: in any case, event types apart."""
    is_event_type = column == "trigger_value" and row["trigger_type"] == "event"
    return row[column] if is_event_type else row[column].lower()
