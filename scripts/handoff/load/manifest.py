"""What the sender promises: `_manifest.csv` in the landing folder, one row a file, optional.

A file that was cut off inside its last value looks whole; only who wrote it knows better. The
columns are `path` and at least one of `rows` (without the header) and `sha256`.
"""

import csv
import re
from dataclasses import dataclass
from pathlib import Path

from handoff.errors import InputError
from handoff.load.batch import RefusedError
from handoff.load.result import FileResult

NAME = "_manifest.csv"
_COLUMNS = {"path", "rows", "sha256"}
_SHA256 = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True)
class Promise:
    """What one file is to hold; None where nothing is promised."""

    rows: int | None
    sha256: str | None

    def check(self, result: FileResult) -> None:
        """Refuse a file that is not what was promised."""
        if self.sha256 is not None and result.sha256 != self.sha256:
            message = f"is not the content {NAME} promises (SHA-256 differs); copy it again"
            raise RefusedError(message)
        if self.rows is not None and result.rows != self.rows:
            message = f"holds {result.rows:,} rows; {NAME} promises {self.rows:,}"
            raise RefusedError(message)


def read_manifest(folder: Path) -> dict[str, Promise]:
    """Read the promises by path; none if there is no manifest. InputError if it makes no sense."""
    path = folder / NAME
    if not path.is_file() or path.is_symlink():
        return {}
    try:
        rows = list(csv.reader(path.read_text(encoding="utf-8-sig").splitlines(), strict=True))
    except (csv.Error, UnicodeDecodeError):
        message = f"{NAME} cannot be read; expected a CSV file in UTF-8."
        raise InputError(message) from None
    header = [name.strip().lower() for name in rows[0]] if rows else []
    if "path" not in header or not {"rows", "sha256"} & set(header) or set(header) - _COLUMNS:
        message = f"{NAME}, line 1: expected the columns path and rows or sha256, no others."
        raise InputError(message)
    promises: dict[str, Promise] = {}
    for line, row in enumerate(rows[1:], start=2):
        if not row:
            continue
        given = dict(zip(header, (cell.strip() for cell in row), strict=False))
        name = given.get("path", "")
        if len(row) != len(header) or not name or name in promises:
            message = f"{NAME}, line {line}: expected {len(header)} fields and each path once."
            raise InputError(message)
        promises[name] = _promise(given, line)
    return promises


def _promise(given: dict[str, str], line: int) -> Promise:
    rows, digest = given.get("rows", ""), given.get("sha256", "").lower()
    if (rows and not re.fullmatch(r"[0-9]{1,15}", rows)) or not (rows or digest):
        message = f"{NAME}, line {line}: expected a whole number of rows, or a SHA-256."
        raise InputError(message)
    if digest and not _SHA256.fullmatch(digest):
        message = f"{NAME}, line {line}: expected a SHA-256 of 64 hexadecimal digits."
        raise InputError(message)
    return Promise(int(rows) if rows else None, digest or None)
