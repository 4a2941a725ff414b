"""`handoff report`: reads its options, writes the page, says where it lies."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from handoff import published, runs, versions
from handoff.console import emit, home_option, json_option, say
from handoff.errors import EngineError
from handoff.home import Home
from handoff.published import REPORT as FILE


def default_target(home: Home) -> Path:
    """Name the page beside the published marts, where these really lie."""
    return home.published_db.resolve().with_name(FILE)


@click.command(name="report")
@home_option
@click.option(
    "--out",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    default=None,
    help="Where to write the page. Default: report.html beside the published marts.",
)
@json_option
def command(home: Home, out: Path | None, *, as_json: bool) -> None:
    """Write the published marts as one HTML page.

    The funnel, the sources, acceptance, the score, speed, the definitions: each with its intervals,
    how to read it, and the tables behind. The page needs no network and has no script. Exit code 2:
    nothing is published.
    """
    marts_file = home.published_db.resolve()
    if out is not None or not marts_file.is_file() or published.is_plain(home):
        result = _write(marts_file, out or default_target(home))
    else:
        with runs.recorded(home, "report") as run:
            result = redraw(home, run)
    emit(result, as_json=as_json, show=show)


def redraw(home: Home, run: runs.Run) -> Any:
    """Draw the report of the version that is served anew; its manifest then speaks of the new one.

    Whoever calls holds the lock: nothing else writes that manifest meanwhile.
    """
    version = published.served(home)
    if version is None or version.publication is None:
        message = (
            f"What is served in {home.published} has no manifest that can be read; run"
            " `handoff refresh`, or draw a page elsewhere with --out FILE."
        )
        raise EngineError(message)
    said = version.publication
    with run.step("report") as step:
        result = _write(version.marts_file, version.folder / FILE)
        step.counts = {"bytes": result.bytes}
        if said.report_fault is not None:
            fewer = None if said.warnings is None else said.warnings - 1
            said = replace(said, report_fault=None, warnings=fewer)
        versions.describe(version.folder, said)
        versions.link_stable(home)
    return result


def _write(marts_file: Path, target: Path) -> Any:
    from handoff.report.write import write  # noqa: PLC0415 - drawing is slow to import

    return write(marts_file, target)


def show(result: Any) -> None:
    """Tell people where the page lies."""
    say(f"report of run {result.run_id or 'unknown'}: {result.path} ({result.bytes:,} bytes)")
