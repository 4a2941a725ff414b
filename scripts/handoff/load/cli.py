"""The command `handoff load`."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any

import click
from rich.table import Table
from rich.text import Text

from handoff import runs
from handoff.console import emit, home_option, json_option, people, say
from handoff.home import Home
from handoff.load.contract import TABLES
from handoff.load.result import LoadResult
from handoff.load.run import land_folder


@dataclass(frozen=True)
class Tolerance:
    """What one load may take that it would not take by itself."""

    quarantine_limit: float | None = None
    accepted: tuple[str, ...] = ()


def tolerance_options(command: Callable) -> Callable:
    """Add `--quarantine-limit PERCENT` and `--accept TABLE`; the command gets a `tolerance`."""

    @click.option(
        "--quarantine-limit",
        metavar="PERCENT",
        type=float,
        default=None,
        help="Share of a table's rows that may be quarantined before its dirty files are refused. "
        "Default: $HANDOFF_QUARANTINE_LIMIT, else 1.",
    )
    @click.option(
        "--accept",
        metavar="TABLE",
        type=click.Choice(list(TABLES)),
        multiple=True,
        help="Take what arrives of this table however much, little, old or contradictory it is "
        "beside what came before. May be given again; it is recorded.",
    )
    @wraps(command)
    def with_tolerance(
        *arguments: Any, quarantine_limit: float | None, accept: tuple[str, ...], **named: Any
    ) -> Any:
        accepted = tuple(dict.fromkeys(accept))
        return command(*arguments, tolerance=Tolerance(quarantine_limit, accepted), **named)

    return with_tolerance


@click.command("load")
@click.option(
    "--landing",
    metavar="DIR",
    type=click.Path(path_type=Path),
    default=None,
    help="Folder with the files to load. Default: landing/ in the home folder.",
)
@home_option
@tolerance_options
@json_option
def command(landing: Path | None, home: Home, tolerance: Tolerance, *, as_json: bool) -> None:
    """Land files: leads, events and the other tables, as csv, parquet or ndjson.

    Files whose content landed before are passed over. Rows that cannot be taken go to
    raw.quarantine with file, line, text and reason. What arrives is checked before it lands, and
    the checks are on the page checks.html of the run. Nothing is built or published.
    """
    with runs.recorded(home, "load") as run:
        if tolerance.accepted:
            run.facts["accepted"] = list(tolerance.accepted)
        with run.step("load") as step:
            result = land_folder(
                landing or home.path / "landing",
                home,
                quarantine_limit=tolerance.quarantine_limit,
                accepted=tolerance.accepted,
                record=run.folder,
            )
            step.counts = result.counts()
        error = result.error()
        if error:
            show(result)
            raise error  # carries the result, for --json
    emit(result, as_json=as_json, show=show)


def show(result: LoadResult) -> None:
    """Print what a load did."""
    table = Table(box=None, pad_edge=False)
    for name in ("table", "file", "status"):
        table.add_column(name)
    for name in ("read", "landed", "quarantined", "blank", "suppressed"):
        table.add_column(name, justify="right")
    for file in result.files:
        counts = (file.lines_read, file.landed, file.quarantined, file.blank, file.suppressed)
        shown = [f"{count:,}" for count in counts] if file.status != "known" else [""] * 5
        table.add_row(file.table, Text(file.path), file.status, *shown)
    people.print(table)
    for file in result.files:
        if file.note and file.status not in {"refused", "known"}:
            say(f"{file.path}: {file.note}.")
    for note in result.notes:
        say(note)
    for finding in result.warnings:
        say(f"{finding.severity}: {finding.sentence}")
    say(
        f"batch {result.batch}: {result.landed:,} rows landed, {result.quarantined:,} quarantined, "
        f"{result.blank:,} blank lines, {result.suppressed:,} of people erased, "
        f"{result.seconds:.1f} s"
    )
