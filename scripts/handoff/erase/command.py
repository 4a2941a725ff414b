"""`handoff erase LEAD_ID|EMAIL`: reads its options, erases, says in numbers what was done."""

from pathlib import Path

import click

from handoff import lock, runs
from handoff.console import emit, home_option, json_option, say
from handoff.erase.run import EraseResult, erase, preview
from handoff.home import Home


@click.command(name="erase")
@click.argument("who", metavar="LEAD_ID|EMAIL")
@click.option(
    "--landing",
    metavar="DIR",
    type=Path,
    default=None,
    help="Landing folder to look through for files that still hold the person; it is not changed."
    " Default: HOME/landing.",
)
@click.option("--dry-run", is_flag=True, help="Count what would be erased. Changes nothing.")
@home_option
@json_option
def command(who: str, landing: Path | None, home: Home, *, dry_run: bool, as_json: bool) -> None:
    """Erase a person from every file of the home folder, and keep them out from now on.

    By e-mail address every lead that ever had it; by id that lead alone. Figures already published
    by cohort keep their totals until the next refresh; rows of the lead are gone at once. Stopped
    on the way, the same command finishes it. The landing folder is yours: its files that still
    hold the person are named, not changed.
    """
    folder = landing or home.path / "landing"
    if dry_run:
        home.create()
        with lock.hold(home, command="erase", run_id="dry-run"), runs.engine_errors():
            result = preview(home, who, folder)
    else:
        with runs.recorded(home, "erase") as run, run.step("erase") as step:
            result = erase(home, who, folder)
            step.counts = {"leads": result.leads, "rows": sum(result.rows.values())}
    emit(result, as_json=as_json, show=show)


def show(result: EraseResult) -> None:
    """Tell people, without a word of who it was."""
    done = "would be erased" if result.is_dry_run else "erased"
    if result.was_erased_before:
        say("This person was erased before; whatever was left of them is gone now.")
    say(f"{done}: {result.leads:,} leads, {sum(result.rows.values()):,} rows")
    for table, rows in sorted(result.rows.items()):
        say(f"  {table}: {rows:,}")
    for file, rows in sorted(result.published_rows.items()):
        say(f"  {file}: {rows:,}")
    if result.alerts_forgotten:
        say(f"  alerts remembered: {result.alerts_forgotten:,}")
    for file in result.texts_changed:
        say(f"  {file}: mentions taken out")
    if result.leads_with_same_address:
        others = ", ".join(result.leads_with_same_address[:20])
        say(f"Other leads have the same address and stay; erase them by id if need be: {others}")
    for file in result.landing_files:
        say(f"still in the landing folder, which is yours to clean: {file}")
    if not result.is_dry_run:
        say("Totals published by cohort count the lead until the next refresh.")
