"""`handoff report`: reads its options, writes the page, says where it lies."""

from pathlib import Path
from typing import Any

import click

from handoff.console import emit, home_option, json_option, say
from handoff.home import Home

FILE = "report.html"


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
    from handoff.report.write import write  # noqa: PLC0415 - drawing is slow to import

    marts_file = home.published_db.resolve()
    emit(write(marts_file, out or default_target(home)), as_json=as_json, show=show)


def show(result: Any) -> None:
    """Tell people where the page lies."""
    say(f"report of run {result.run_id or 'unknown'}: {result.path} ({result.bytes:,} bytes)")
