"""`handoff check`: is the definition sound, and what is in it. Touches no data."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from handoff.console import emit, json_option, say
from handoff.definition.folder import checked, fingerprint, variables
from handoff.definition.reading import Folder, Row
from handoff.home import SHIPPED_DEFINITION


@dataclass(frozen=True)
class DefinitionSummary:
    """One definition of a folder, in numbers."""

    definition_id: str
    status: str
    effective_from: str | None
    effective_to: str | None
    fit_rules: int
    event_rules: int
    criteria: int


@dataclass(frozen=True)
class CheckResult:
    """A folder that was found sound, and what is in it."""

    folder: str
    fingerprint: str
    definitions: list[DefinitionSummary]
    stages: list[str]
    variables: dict[str, Any]


def summarise(folder: Path) -> CheckResult:
    """Check a folder and count what is in it; raises DefinitionError with every mistake."""
    read = checked(folder)
    return CheckResult(
        str(folder),
        fingerprint(folder),
        [_summary(read, row) for row in read.rows["definitions"]],
        [row["stage"] for row in read.rows["stages"]],
        variables(folder),
    )


def _summary(folder: Folder, definition: Row) -> DefinitionSummary:
    """Count the rows of one definition."""
    name = definition["definition_id"]
    counts = {
        seed: sum(row["definition_id"] == name for row in folder.rows[seed])
        for seed in ("fit_rules", "event_rules", "stage_criteria")
    }
    return DefinitionSummary(
        name,
        definition["status"],
        definition["effective_from"] or None,
        definition["effective_to"] or None,
        counts["fit_rules"],
        counts["event_rules"],
        counts["stage_criteria"],
    )


def _show(result: CheckResult) -> None:
    """Say for people what is in the folder."""
    say(f"{result.folder}: sound.")
    for item in result.definitions:
        period = f"from {item.effective_from or 'the beginning'} to {item.effective_to or 'no end'}"
        say(
            f"  {item.definition_id}: {item.status}, {period}, {item.fit_rules} fit rules, "
            f"{item.event_rules} event rules, {item.criteria} criteria"
        )
    say(f"  stages: {', '.join(result.stages)}")
    for name, value in result.variables.items():
        say(f"  {name}: {value}")


@click.command("check")
@click.option(
    "--definition",
    "folder",
    metavar="DIR",
    type=click.Path(path_type=Path),
    default=None,
    help="Definition folder to check. Default: the shipped one, seeds/definition.",
)
@json_option
def command(folder: Path | None, *, as_json: bool) -> None:
    """Check a definition: every mistake with its file, row and what was expected.

    Exit code 0: sound; 2: there are mistakes. No data is read.
    """
    emit(summarise(folder or SHIPPED_DEFINITION), as_json=as_json, show=_show)
