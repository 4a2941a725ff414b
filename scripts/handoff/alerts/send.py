"""One run: finds the crossings that are news, delivers each once, remembers what was delivered.

The first run only begins: what crossed earlier than a day before as-of is recorded and never sent,
so that years of history do not flood a channel. It reads the published marts, so it can neither
hold up nor fail a refresh.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from handoff.alerts.contacts import Contact, read_contacts
from handoff.alerts.crossings import Alert, Crossing, Marts, open_marts
from handoff.alerts.delivery import Clock, Delivery, Pace, deliver
from handoff.alerts.memory import Memory, open_memory
from handoff.alerts.message import Message, write
from handoff.alerts.webhook import Webhook
from handoff.as_of import iso_text
from handoff.errors import EngineError
from handoff.home import Home

PACE = Pace()
FIRST_WINDOW = timedelta(hours=24)
# After so many in a row the webhook is away, and asking on is noise.
GIVE_UP_AFTER = 3
NOT_TRIED = "not tried: the webhook was given up before"
NAMED_FAILURES = 5

Since = datetime | timedelta


@dataclass(frozen=True)
class Asked:
    """What a run was asked for. `since` is a moment, or a span before as-of; of the first run."""

    kind: str
    since: Since | None = None
    with_contact: bool = False
    time_limit: float = 60.0


@dataclass(frozen=True)
class Sent:
    """What became of one alert."""

    alert_key: str
    is_delivered: bool
    tries: int
    problem: str | None


@dataclass(frozen=True)
class SendResult:
    """What a run did."""

    as_of: str | None
    began_at: str | None
    is_first_run: bool
    before_alerts_began: int
    alerts: list[Sent]


@dataclass(frozen=True)
class Preview:
    """What a run would do."""

    as_of: str | None
    began_at: str | None
    is_first_run: bool
    before_alerts_began: int
    would_send: list[dict[str, Any]]


@dataclass(frozen=True)
class News:
    """The crossings to tell of, and what was found on the way to them."""

    as_of: datetime | None
    began_at: datetime | None
    is_first_run: bool
    passed_over: int
    crossings: list[Crossing]
    alerts: dict[str, Alert]
    contacts: dict[str, Contact]

    def facts(self) -> dict[str, Any]:
        """Return what results say of every run."""
        return {
            "as_of": iso_text(self.as_of) if self.as_of else None,
            "began_at": iso_text(self.began_at) if self.began_at else None,
            "is_first_run": self.is_first_run,
            "before_alerts_began": self.passed_over,
        }

    def messages(self, kind: str, secret: bytes | None) -> Iterator[tuple[Crossing, Message]]:
        """Write the messages, one at a time."""
        for crossing in self.crossings:
            alert = self.alerts[crossing.alert_key]
            contact = self.contacts.get(alert.lead_id)
            yield crossing, write(alert, kind, contact=contact, secret=secret)


def send(home: Home, webhook: Webhook, asked: Asked) -> SendResult:
    """Deliver what is news; what fails is in the result, and news again for the next run."""
    clock = Clock(ends_at=time.monotonic() + asked.time_limit)
    with open_marts(home) as marts, open_memory(home) as memory:
        news = _news(home, marts, memory, asked)
        messages = news.messages(asked.kind, webhook.secret)
        alerts = list(_deliver_all(webhook, messages, memory, clock))
    return SendResult(alerts=alerts, **news.facts())


def preview(home: Home, asked: Asked) -> Preview:
    """Say what `send` would deliver now; writes and sends nothing."""
    with open_marts(home) as marts, open_memory(home, as_copy=True) as memory:
        news = _news(home, marts, memory, asked)
    would_send = [
        {"alert_key": one.alert_key, "body": one.body.decode("ascii")}
        for _, one in news.messages(asked.kind, secret=None)
    ]
    return Preview(would_send=would_send, **news.facts())


def judge(result: SendResult, webhook: Webhook) -> None:
    """Raise what could not be delivered, so that a scheduler sees it."""
    failed = [one for one in result.alerts if not one.is_delivered]
    if not failed:
        return
    named = "; ".join(f"{one.alert_key} ({one.problem})" for one in failed[:NAMED_FAILURES])
    more = len(failed) - NAMED_FAILURES
    message = (
        f"{len(failed)} of {len(result.alerts)} alerts could not be delivered to {webhook.shown}:"
        f" {named}{f'; and {more} more' if more > 0 else ''}."
        " The next `handoff alerts send` tries them again."
    )
    raise EngineError(message, details=[vars(one) for one in result.alerts])


def _news(home: Home, marts: Marts, memory: Memory, asked: Asked) -> News:
    """Find what is to be told; begins the memory if this is the first run."""
    as_of = marts.as_of()
    crossings = marts.crossings() if as_of else []
    began_at = memory.began_at()
    is_first_run = began_at is None
    if began_at is None and as_of is not None:
        began_at = _beginning(as_of, asked.since)
        memory.begin(began_at)
    settled = memory.settled()
    unknown = [one for one in crossings if one.alert_key not in settled]
    earlier = [one for one in unknown if one.crossed_at < began_at]
    memory.pass_over(earlier)
    # What failed before goes last: one alert the receiver chokes on must not hold up the others.
    failures = memory.failures()
    due = [one for one in unknown if one.crossed_at >= began_at]
    due.sort(key=lambda one: (failures.get(one.alert_key, 0), one.crossed_at, one.alert_key))
    alerts = marts.alerts([one.alert_key for one in due]) if due else {}
    contacts = {}
    if asked.with_contact and due:
        leads = sorted({alert.lead_id for alert in alerts.values()})
        contacts = read_contacts(home, leads, as_of)
    return News(as_of, began_at, is_first_run, len(earlier), due, alerts, contacts)


def _beginning(as_of: datetime, since: Since | None) -> datetime:
    if isinstance(since, datetime):
        return since
    return as_of - (FIRST_WINDOW if since is None else since)


def _deliver_all(
    webhook: Webhook, messages: Iterator[tuple[Crossing, Message]], memory: Memory, clock: Clock
) -> Iterator[Sent]:
    """Deliver one after the other, each recorded before the next, until it makes no more sense."""
    is_over, in_vain = False, 0
    for crossing, message in messages:
        if is_over:
            yield Sent(message.alert_key, is_delivered=False, tries=0, problem=NOT_TRIED)
            continue
        delivery = deliver(webhook, message, clock, PACE)
        if delivery.tries:
            memory.record(crossing, delivery)
        yield _sent(message, delivery)
        in_vain = 0 if delivery.is_delivered else in_vain + 1
        is_over = delivery.ends_run or in_vain == GIVE_UP_AFTER


def _sent(message: Message, delivery: Delivery) -> Sent:
    return Sent(message.alert_key, delivery.is_delivered, delivery.tries, delivery.problem)
