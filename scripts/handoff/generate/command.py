"""`handoff generate`: the command."""

from pathlib import Path

import click

from handoff.console import emit, json_option, say
from handoff.generate.block import Plan
from handoff.generate.company import Generated, generate
from handoff.generate.files import Format

DEFAULT_LEADS = 4_000
DEFAULT_EVENTS = 150_000  # asked for one number only, the other keeps this proportion
CSV_UP_TO = 2_000_000


def _sizes(leads: int | None, events: int | None) -> tuple[int, int]:
    """Fill in the number that was not asked for."""
    if leads is None:
        leads = DEFAULT_LEADS if events is None else events * DEFAULT_LEADS // DEFAULT_EVENTS
        leads = max(leads, 1)
    if events is None:
        events = leads * DEFAULT_EVENTS // DEFAULT_LEADS
    return leads, events


def _show(made: Generated) -> None:
    """Say for people what was made."""
    for name, count in made.rows.items():
        say(f"{name:15} {count:>12,} rows, {made.spoilt.get(name, 0):,} of them spoilt on purpose")
    say(f"{made.leads:,} leads in {made.out} ({made.format}, seed {made.seed}), {made.seconds} s")


@click.command("generate")
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Landing folder to make. Empty, new, or made by this command before (then replaced).",
)
@click.option(
    "--leads",
    type=click.IntRange(20, 50_000_000),
    metavar="N",
    help=f"Number of leads. Default: {DEFAULT_LEADS:,}, or in proportion to --events.",
)
@click.option(
    "--events",
    type=click.IntRange(1),
    metavar="N",
    help=f"Number of different events. Default: {DEFAULT_EVENTS:,}, or in proportion to --leads.",
)
@click.option(
    "--seed",
    default=1,
    show_default=True,
    type=click.IntRange(0, 2**63),
    metavar="S",
    help="The same seed gives the same bytes.",
)
@click.option(
    "--format",
    "file_format",
    type=click.Choice(["csv", "parquet"]),
    help=f"File format. Default: csv up to {CSV_UP_TO:,} events, else parquet.",
)
@json_option
def command(
    out: Path,
    leads: int | None,
    events: int | None,
    seed: int,
    file_format: Format | None,
    *,
    as_json: bool,
) -> None:
    """Make a demo company as a landing folder.

    A software company's 18 months, 2025-01-01 to 2026-06-30 (refresh it with --as-of 2026-07-01):
    leads from channels of different true quality, visits before the form fill, sales that answers,
    leads that come back, late files, dirty rows. What is really true lies in DIR/_truth.
    """
    leads, events = _sizes(leads, events)
    chosen = file_format or ("csv" if events <= CSV_UP_TO else "parquet")
    made = generate(out, Plan(seed, leads, events), chosen)
    emit(made, as_json=as_json, show=_show)
