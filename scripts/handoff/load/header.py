"""Column names of a file against those of the contract: by name, in any order, in any case."""

from dataclasses import dataclass

from rapidfuzz import process

from handoff.load.batch import RefusedError, presentable
from handoff.load.contract import Table


@dataclass(frozen=True)
class Header:
    """What a file's header says."""

    names: list[str]
    """As they are compared."""
    columns: list[str | None]
    """The contract column at each position; None for an unknown one."""
    unknown: list[str]
    """As they stand in the file."""

    @property
    def mapped(self) -> dict[str, int]:
        """Position of each contract column the file has."""
        return {name: at for at, name in enumerate(self.columns) if name is not None}


def normalise(name: str) -> str:
    """Return a column name as it is compared: trimmed, without byte order mark, lower case."""
    return name.strip().strip("\ufeff").strip().lower()


def map_header(names: list[str], table: Table, *, limit: int, line: int = 1) -> Header:
    """Map a file's column names to the contract's, or refuse the file."""
    if len(names) > limit:
        message = f"the header has {len(names):,} columns; expected at most {limit:,}"
        raise RefusedError(message, line=line)
    found = [normalise(name) for name in names]
    check_required(set(found), names, table, line=line)
    repeated = sorted({name for name in found if name and found.count(name) > 1})
    if repeated:
        message = f"the header names {_listed(repeated)} twice; expected each column once"
        raise RefusedError(message, line=line)
    known = set(table.names)
    columns = [name if name in known else None for name in found]
    unknown = [_shown(name) for name, to in zip(names, columns, strict=True) if to is None]
    return Header(found, columns, unknown)


def check_required(found: set[str], names: list[str], table: Table, *, line: int | None) -> None:
    """Refuse a file that lacks a required column, saying what was expected, got and nearest."""
    missing = [name for name in table.required if name not in found]
    if not missing:
        return
    unused = [name for name in found if name and name not in set(table.names)]
    nearest = [
        f"{match[0]} for {name}"
        for name in missing
        if (match := process.extractOne(name, unused)) and match[1] >= 70
    ]
    message = (
        f"required column {_listed(missing)} missing; expected {_listed(table.required)}; "
        f"got {_got(names, table)}"
    )
    message += f"; nearest name: {_listed([_shown(name) for name in nearest])}" if nearest else ""
    raise RefusedError(message + _separator_hint(names), line=line)


def _got(names: list[str], table: Table) -> str:
    """Name what was found; where nothing is a known column it may be a row of data, so do not."""
    if any(normalise(name) in table.names for name in names):
        return _listed([_shown(name) for name in names])
    return f"{len(names):,} name{'s'[: len(names) != 1]}, none of the contract (no header line?)"


def header_again(
    fields: list[str], header: Header, table: Table, line: int
) -> tuple[str, str] | None:
    """Say whether a record repeats the header (files put one after the other).

    A header that names the columns in another order ends the file: what follows it would be
    taken for what it is not.
    """
    names = [normalise(field) for field in fields]
    if names == header.names:
        return "repeated_header", "repeats the header; files were put one after the other"
    if set(table.required) <= set(names) and len(table.required) > 1:
        message = "holds a second header with other columns; expected one header a file"
        raise RefusedError(message, line=line)
    return None


def _separator_hint(names: list[str]) -> str:
    if len(names) == 1:
        for mark, word in ((";", "semicolons"), ("\t", "tabs"), ("|", "bars")):
            if mark in names[0]:
                return f"; the file seems to be separated by {word}, expected commas"
    return ""


def _shown(name: str) -> str:
    """Return a name short enough for a message."""
    name = presentable(" ".join(name.split()))
    return (name if len(name) <= 40 else name[:37] + "...") or "(blank)"


def _listed(names: list[str]) -> str:
    shown = ", ".join(names[:12])
    return shown if len(names) <= 12 else f"{shown} and {len(names) - 12:,} more"
