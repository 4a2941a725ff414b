"""The moment a run asks about: read from the command line, always UTC afterwards."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import click
from click.core import ParameterSource

from handoff.errors import UsageError

FIRST_YEAR, LAST_YEAR = 1970, 2200


def parse_as_of(text: str | None) -> datetime:
    """Read an ISO 8601 time; without an offset it is UTC, and None is now, in whole seconds."""
    if text is None:
        return datetime.now(UTC).replace(microsecond=0)
    expected = "expected a time in ISO 8601 such as 2026-07-01 or 2026-07-01T06:30:00+02:00"
    try:
        moment = datetime.fromisoformat(text.strip())
        moment = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        message = f"--as-of is '{text}'; {expected}."
        raise UsageError(message) from None
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        message = f"--as-of is '{text}'; expected a year from {FIRST_YEAR} to {LAST_YEAR}."
        raise UsageError(message)
    return moment


def sql_text(moment: datetime) -> str:
    """Write a moment the way every warehouse casts it to a timestamp: UTC, without an offset."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(sep=" ")


def iso_text(moment: datetime) -> str:
    """Write a moment for people and for JSON: ISO 8601 in UTC."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def now_not_before(moment: datetime | None) -> datetime:
    """Give now in whole seconds, rounded up if `moment` lies within the second that runs.

    A moment later than now, of a clock that was set back since, is not waited for.
    """
    now = datetime.now(UTC)
    second = now.replace(microsecond=0)
    is_within = moment is not None and second < moment <= now
    return second + timedelta(seconds=1) if is_within else second


def is_as_of_given() -> bool:
    """Tell whether the command that runs was given `--as-of`."""
    source = click.get_current_context().get_parameter_source("as_of")
    return source is not ParameterSource.DEFAULT


def as_of_option(command: Callable) -> Callable:
    """Add `--as-of T`; the command receives a `datetime` in UTC."""
    return click.option(
        "--as-of",
        metavar="T",
        default=None,
        callback=lambda _context, _parameter, value: parse_as_of(value),
        help="The moment asked about, ISO 8601 (UTC when it has no offset). Default: now.",
    )(command)
