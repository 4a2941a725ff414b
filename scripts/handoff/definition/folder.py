"""Turn another company's folder into a complete one that dbt can read as its seeds.

It only ever writes to `definition/` in the home folder, and only what has changed there.
"""

import csv
import hashlib
import io
import json
from pathlib import Path
from typing import Any

from handoff.definition.checks import check_read
from handoff.definition.findings import Finding
from handoff.definition.reading import Folder, Row, read_folder
from handoff.definition.schema import SEEDS, Seed
from handoff.definition.variables import FILE as VARIABLES
from handoff.definition.variables import read_variables
from handoff.errors import DefinitionError
from handoff.home import SHIPPED_DEFINITION, Home

_SHOWN = 20


def resolve(folder: Path | None, home: Home) -> Path:
    """Check a definition folder and give one with every seed in it; None is the shipped one.

    Raises DefinitionError, naming every mistake, before anything is written.
    """
    if folder is None or folder.resolve() == SHIPPED_DEFINITION:
        checked(SHIPPED_DEFINITION)
        return SHIPPED_DEFINITION
    contents = _complete(checked(folder), variables(folder))
    target = home.path / "definition"
    target.mkdir(parents=True, exist_ok=True)
    # dbt takes every CSV file of the folder for a seed.
    for stray in {*target.glob("*.csv"), target / VARIABLES} - {target / name for name in contents}:
        stray.unlink(missing_ok=True)
    for name, text in contents.items():
        _write_if_changed(target / name, text)
    return target


def checked(folder: Path) -> Folder:
    """Read a definition folder; raises DefinitionError with every mistake in it."""
    if not folder.is_dir():
        message = f"definition folder {folder} not found; expected a folder of CSV files"
        raise DefinitionError(message)
    read = read_folder(folder)
    findings = check_read(read) + read_variables(folder)[1]
    if findings:
        raise DefinitionError(_sentence(findings), details=[vars(found) for found in findings])
    return read


def variables(folder: Path) -> dict[str, Any]:
    """Give the vars of the dbt project that a folder found sound sets."""
    return read_variables(folder)[0]


def fingerprint(folder: Path) -> str:
    """Give the SHA-256 of what a definition folder says, fall-backs included.

    Order of columns, surrounding blanks, line endings and a byte-order mark do not matter.
    """
    digest = hashlib.sha256()
    for name, text in _complete(read_folder(folder), variables(folder)).items():
        digest.update(f"{name}\0{text}\0".encode())
    return digest.hexdigest()


def _sentence(findings: list[Finding]) -> str:
    """Put findings into one message."""
    count = f"{len(findings)} mistake{'s' if len(findings) > 1 else ''}"
    lines = [str(found) for found in findings[:_SHOWN]]
    more = len(findings) - len(lines)
    if more:
        lines.append(f"and {more} more (`handoff check --json` lists them all)")
    if len(findings) == 1:
        return f"the definition was refused, nothing was touched. {lines[0]}"
    return f"the definition was refused, nothing was touched. {count}:\n  " + "\n  ".join(lines)


def _complete(folder: Folder, variables: dict[str, Any]) -> dict[str, str]:
    """Write every seed: as given, else as shipped, else with its header only; and vars if any."""
    shipped = read_folder(SHIPPED_DEFINITION)
    contents = {}
    for name, seed in SEEDS.items():
        falls_back = name not in folder.given and seed.when_missing == "shipped"
        rows = shipped.rows[name] if falls_back else folder.rows[name]
        if falls_back and name == "sla":
            rows = [row for row in rows if _is_promise_here(folder, row)]
        contents[seed.file] = _as_csv(seed, rows)
    if variables:
        # JSON is YAML, and looks the same however the file was written.
        contents[VARIABLES] = json.dumps(variables, sort_keys=True, ensure_ascii=False) + "\n"
    return contents


def _is_promise_here(folder: Folder, promise: Row) -> bool:
    """Tell whether a shipped promise speaks of a stage and a criterion this folder has.

    The others could never apply; without them a completed folder passes the check itself.
    """
    if promise["stage"] not in [row["stage"] for row in folder.rows["stages"]]:
        return False
    criteria = [
        row["criterion_id"]
        for row in folder.rows["stage_criteria"]
        if row["stage"] == promise["stage"]
    ]
    return not promise["criterion_id"] or promise["criterion_id"] in criteria


def _as_csv(seed: Seed, rows: list[Row]) -> str:
    """Write a seed in the contract's order of columns."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(seed.header)
    for row in rows:
        writer.writerow([row.cells[column] for column in seed.header])
    return text.getvalue()


def _write_if_changed(path: Path, text: str) -> None:
    """Replace a file at one stroke; leave it alone, its time included, when it says so already."""
    data = text.encode()
    if path.is_file() and path.read_bytes() == data:
        return
    beside = path.with_name(path.name + ".new")
    beside.write_bytes(data)
    beside.replace(path)
