"""Which files of the landing folder belong to which table. Looks at names only, never inside.

It leaves the folder by no road: a link that leads out is not followed, a folder in a table's
folder is not entered, and a name is a name, whatever characters it is made of.
"""

from dataclasses import dataclass
from pathlib import Path

from rapidfuzz import process

from handoff.errors import UsageError
from handoff.load.batch import presentable
from handoff.load.contract import TABLES

FORMATS = {"csv": "csv", "ndjson": "ndjson", "jsonl": "ndjson", "parquet": "parquet"}
EXPECTED = "csv, parquet or ndjson, csv and ndjson also as .gz"


@dataclass(frozen=True)
class LandingFile:
    """One file that claims to hold rows of a table."""

    table: str
    path: Path
    relative: str
    format: str
    compressed: bool


@dataclass(frozen=True)
class Landing:
    """What a landing folder holds: files in a fixed order, and what was left aside and why."""

    folder: Path
    files: list[LandingFile]
    notes: list[str]


def discover(folder: Path) -> Landing:
    """List the files of each table, tables in contract order, files by path."""
    if not folder.is_dir():
        why = "is not a folder" if folder.exists() else "does not exist"
        message = f"The landing folder {folder} {why}; give one with --landing DIR."
        raise UsageError(message)
    root = folder.resolve()
    files: list[LandingFile] = []
    notes: list[str] = []
    for entry in _visible(folder):
        if entry.name.lower() in TABLES and entry.is_dir():
            candidates = [(entry.name.lower(), inner) for inner in _visible(entry)]
        else:
            candidates = [(entry.name.split(".")[0].lower(), entry)]
        if not _lies_under(root, entry):
            notes.append(f"{entry.name}: leads out of the landing folder; not read.")
            continue
        for table, path in candidates:
            found = _classify(table, path, folder, root)
            (notes if isinstance(found, str) else files).append(found)
    order = list(TABLES)
    files.sort(key=lambda file: (order.index(file.table), file.relative))
    return Landing(folder, files, notes)


def _visible(folder: Path) -> list[Path]:
    return sorted(entry for entry in folder.iterdir() if entry.name[0] not in "._")


def _lies_under(root: Path, path: Path) -> bool:
    try:
        return path.resolve().is_relative_to(root)
    except (OSError, RuntimeError):  # a link that leads to itself
        return False


def _classify(table: str, path: Path, folder: Path, root: Path) -> LandingFile | str:
    relative = presentable(path.relative_to(folder).as_posix())
    if table not in TABLES:
        nearest = process.extractOne(table, list(TABLES))
        hint = f"nearest name: {nearest[0]}" if nearest and nearest[1] >= 60 else "tables: "
        hint = hint if hint != "tables: " else hint + ", ".join(TABLES)
        return f"{relative}: not a table of the contract; {hint}. Not read."
    if not _lies_under(root, path):
        return f"{relative}: leads out of the landing folder; not read."
    if path.is_symlink() and not path.exists():
        return f"{relative}: a link to nothing; not read."
    if not path.is_file():
        return f"{relative}: not a file; not read."
    words = path.name.lower().split(".")
    compressed = words[-1] == "gz"
    extension = words[-2] if compressed and len(words) > 2 else words[-1]
    if extension not in FORMATS or (compressed and extension == "parquet"):
        return f"{relative}: this format is not read; expected {EXPECTED}."
    return LandingFile(table, path, relative, FORMATS[extension], compressed)
