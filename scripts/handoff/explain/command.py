"""`handoff explain LEAD_ID`: reads its options, asks for the statement, prints it."""

from datetime import datetime

import click

from handoff.as_of import parse_as_of
from handoff.console import emit, home_option, json_option
from handoff.errors import UsageError
from handoff.explain.show import show
from handoff.explain.statement import explain
from handoff.home import Home


def _moment(text: str | None) -> datetime | None:
    """Read `--at` the way `--as-of` is read; None is left to the warehouse."""
    if text is None:
        return None
    try:
        return parse_as_of(text)
    except UsageError as error:
        raise UsageError(str(error).replace("--as-of", "--at", 1)) from None


@click.command(name="explain")
@click.argument("lead_id", metavar="LEAD_ID")
@click.option(
    "--definition-id",
    metavar="D",
    default=None,
    help="The definition to explain by. Default: the one official at T.",
)
@click.option(
    "--at",
    metavar="T",
    default=None,
    callback=lambda _context, _parameter, value: _moment(value),
    help="Any past or future moment, ISO 8601 (UTC when it has no offset). Default: the as-of of"
    " the last build.",
)
@home_option
@json_option
def command(
    lead_id: str, definition_id: str | None, at: datetime | None, home: Home, *, as_json: bool
) -> None:
    """Print the account statement of a lead's score.

    Every entry with its date, what happened, the rule and its reason, its points and the balances
    after it; where limits bound; what will fade; which criterion was met when. Reads work.duckdb,
    changes nothing. Exit code 2: no such lead or definition, or nothing is built.
    """
    statement = explain(home, lead_id, definition_id=definition_id, at=at)
    emit(statement, as_json=as_json, show=show)
