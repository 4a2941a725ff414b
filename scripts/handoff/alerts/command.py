"""`handoff alerts send`: reads its options and the environment, runs, says what went out."""

import os
import re
from datetime import datetime, timedelta

import click

from handoff.alerts import webhook as webhooks
from handoff.alerts.send import Asked, Preview, SendResult, Since, judge, preview, send
from handoff.as_of import parse_as_of
from handoff.console import emit, home_option, json_option, say
from handoff.errors import UsageError
from handoff.home import Home

SPAN = re.compile(r"(\d{1,5})([mhd])")
UNITS = {"m": "minutes", "h": "hours", "d": "days"}
SHOWN_PREVIEWS = 20


def _since(text: str | None) -> Since | None:
    """Read `--since`: a span before as-of (36h, 7d) or a moment."""
    if text is None:
        return None
    span = SPAN.fullmatch(text.strip())
    if span:
        return timedelta(**{UNITS[span[2]]: int(span[1])})
    try:
        moment: datetime = parse_as_of(text)
    except UsageError:
        message = (
            f"--since is '{text}'; expected a span before as-of such as 90m, 36h or 7d, or a time"
            " in ISO 8601 such as 2026-07-01."
        )
        raise UsageError(message) from None
    return moment


@click.group(name="alerts")
def command() -> None:
    """Tell others of leads that newly qualified."""


@command.command(name="send")
@click.option(
    "--kind",
    type=click.Choice(webhooks.KINDS, case_sensitive=False),
    default=webhooks.JSON,
    envvar=webhooks.KIND_VARIABLE,
    show_default=True,
    help=f"What the webhook takes. Also ${webhooks.KIND_VARIABLE}.",
)
@click.option(
    "--since",
    metavar="T",
    default=None,
    callback=lambda _context, _parameter, value: _since(value),
    help="Of the first run: send what crossed from here on, a span before as-of (36h, 7d) or a"
    " time in ISO 8601. Default: 24h. Later runs keep to what the first one fixed.",
)
@click.option(
    "--with-contact",
    is_flag=True,
    help="Put e-mail and name into the message. Without it neither leaves the house.",
)
@click.option(
    "--time-limit",
    metavar="SECONDS",
    type=click.IntRange(1, 3600),
    default=60,
    show_default=True,
    help="End after so long; what is left is sent by the next run.",
)
@click.option("--dry-run", is_flag=True, help="Show what would go. Sends and remembers nothing.")
@home_option
@json_option
def send_command(
    home: Home,
    *,
    as_json: bool,
    kind: str,
    since: Since | None,
    with_contact: bool,
    time_limit: int,
    dry_run: bool,
) -> None:
    """Deliver new crossings from the published marts to a webhook, each once.

    \b
    The address is read from $HANDOFF_ALERTS_URL (https, or http to this machine), the secret that
    signs the messages from $HANDOFF_ALERTS_SECRET. Exit codes: 0 all delivered; 2 usage; 4 another
    one is sending; 5 some could not be delivered, and the next run tries them again.
    """
    asked = Asked(kind=kind, since=since, with_contact=with_contact, time_limit=time_limit)
    if dry_run:
        emit(preview(home, asked), as_json=as_json, show=_show_preview)
        return
    webhook = webhooks.from_environment(os.environ)
    result = send(home, webhook, asked)
    judge(result, webhook)
    emit(result, as_json=as_json, show=lambda found: _show(found, webhook.shown))


def _show(result: SendResult, receiver: str) -> None:
    _show_beginning(result)
    say(f"delivered {len(result.alerts):,} alerts to {receiver}")


def _show_preview(found: Preview) -> None:
    _show_beginning(found)
    say(f"{len(found.would_send):,} alerts would be sent")
    for one in found.would_send[:SHOWN_PREVIEWS]:
        say(f"  {one['alert_key']}: {one['body']}")
    more = len(found.would_send) - SHOWN_PREVIEWS
    if more > 0:
        say(f"  and {more:,} more; --json shows all")


def _show_beginning(found: SendResult | Preview) -> None:
    if found.is_first_run and found.began_at:
        say(f"alerts begin with what crossed from {found.began_at} on")
    if found.before_alerts_began:
        say(f"{found.before_alerts_began:,} crossings are from before alerts began: not sent")
