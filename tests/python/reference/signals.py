"""Events that nobody sends: derived from runs of those that are known of a lead."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import groupby

from reference.identity import KnownEvent

STREAK = "email_open_streak"


@dataclass(frozen=True)
class Email:
    """An e-mail known to have been sent to the lead, and the first open of it that was known."""

    sent: KnownEvent
    opened: KnownEvent | None

    def is_open_at(self, moment: datetime) -> bool:
        """Whether an open of it was known by then."""
        return self.opened is not None and self.opened.known_at <= moment


def first_known(events: list[KnownEvent], event_type: str) -> dict[str, KnownEvent]:
    """Of several sends, or opens, of one e-mail the first in the order matches are taken."""
    first: dict[str, KnownEvent] = {}
    for event in sorted(events, key=lambda one: one.order):
        email_id = event.value("email_id")
        if event.row["event_type"].strip(" ") == event_type and email_id is not None:
            first.setdefault(email_id, event)
    return first


def emails_of(events: list[KnownEvent]) -> list[Email]:
    """The e-mails of a lead in the order sent."""
    sends, opens = first_known(events, "email_sent"), first_known(events, "email_opened")
    found = [Email(sent, opens.get(email_id)) for email_id, sent in sends.items()]
    return sorted(found, key=lambda one: (one.sent.occurred_at, one.sent.event_id.encode()))


def run_of(email: Email, emails: list[Email], moment: datetime) -> list[Email]:
    """The e-mails opened in a row with this one, of those known to be sent by then."""
    sent = [one for one in emails if one.sent.known_at <= moment]
    runs = (list(run) for _, run in groupby(sent, key=lambda one: one.is_open_at(moment)))
    return next(run for run in runs if email in run)


def email_open_streaks(events: list[KnownEvent]) -> list[KnownEvent]:
    """One event for each e-mail opened: how many were opened in a row when that became known."""
    emails = emails_of(events)
    return [
        _streak(email, len(run_of(email, emails, moment)), moment)
        for email in emails
        if email.opened
        for moment in [max(email.sent.known_at, email.opened.known_at)]
    ]


def _streak(email: Email, length: int, moment: datetime) -> KnownEvent:
    """The derived event: it happened when the e-mail was opened, and has a value but no keys."""
    event_id, happened = f"{STREAK}:{email.opened.event_id}", email.opened.occurred_at
    row = {"event_id": event_id, "occurred_at": happened, "event_type": STREAK}
    row |= {"lead_id": email.opened.lead_id, "value": Decimal(length)}
    return KnownEvent(event_id, email.opened.lead_id, happened, moment, row)


def with_signals(events: list[KnownEvent]) -> list[KnownEvent]:
    """What rules can match and resets wait for: what happened, and what was derived from it."""
    return sorted([*events, *email_open_streaks(events)], key=lambda one: one.order)
