"""Check a definition folder as a whole, before any data is touched."""

from pathlib import Path

from handoff.definition.criteria import check_criteria
from handoff.definition.findings import Finding
from handoff.definition.handling import check_handling
from handoff.definition.lifecycle import check_lifecycle
from handoff.definition.reading import Folder, read_folder
from handoff.definition.schema import SEEDS
from handoff.definition.scoring import check_scoring


def check_folder(folder: Path) -> list[Finding]:
    """List every mistake of a definition folder by file and row; none means it is sound."""
    if not folder.is_dir():
        message = (
            "no such folder; expected one with definitions.csv, stages.csv and stage_criteria.csv"
        )
        return [Finding(folder.name or str(folder), None, None, message)]
    return check_read(read_folder(folder))


def check_read(folder: Folder) -> list[Finding]:
    """List every mistake of a folder that has been read already."""
    findings = [
        *folder.findings,
        *check_scoring(folder),
        *check_criteria(folder),
        *check_lifecycle(folder),
        *check_handling(folder),
    ]
    files = [seed.file for seed in SEEDS.values()]
    order = {file: number for number, file in enumerate(files)}
    return sorted(
        dict.fromkeys(findings), key=lambda found: (order.get(found.file, -1), found.row or 0)
    )
