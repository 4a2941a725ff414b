"""What an alert says: the body and headers of one request, the same bytes every time it is sent.

It names the lead by the CRM's id. E-mail and name come in only with a `Contact`.
"""

import hashlib
import hmac
import json
import re
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from handoff import __version__
from handoff.alerts.contacts import Contact
from handoff.alerts.crossings import Alert
from handoff.alerts.webhook import SLACK
from handoff.as_of import iso_text
from handoff.explain.words import clean

# What may stand in a header as it is; the rest, `%` included, is written %xx.
HEADER_TEXT = "".join(chr(code) for code in range(0x21, 0x7F) if chr(code) != "%")
MENTION = re.compile(r"(?<!\w)@(?=\w)")


@dataclass(frozen=True)
class Message:
    """One request, but for its address."""

    alert_key: str
    body: bytes
    headers: dict[str, str]


def write(alert: Alert, kind: str, *, contact: Contact | None, secret: bytes | None) -> Message:
    """Write the request of one alert."""
    payload = (_slack if kind == SLACK else _plain)(alert, contact)
    body = json.dumps(payload).encode("ascii")
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": f"handoff/{__version__}",
        "Idempotency-Key": quote(alert.alert_key, safe=HEADER_TEXT),
    }
    return Message(alert.alert_key, body, headers | sign(body, secret))


def sign(body: bytes, secret: bytes | None) -> dict[str, str]:
    """Prove by a header who wrote the body, where there is a secret to prove it with."""
    if not secret:
        return {}
    signature = hmac.new(secret, body, hashlib.sha256).hexdigest()
    return {"X-Handoff-Signature": f"sha256={signature}"}


def _plain(alert: Alert, contact: Contact | None) -> dict[str, Any]:
    """Say it with the mart's own names."""
    payload = {name: _json(value) for name, value in asdict(alert).items()}
    return payload | ({"contact": asdict(contact)} if contact else {})


def _json(value: Any) -> Any:
    if isinstance(value, datetime):
        return iso_text(value)
    return float(value) if isinstance(value, Decimal) else value


def _slack(alert: Alert, contact: Contact | None) -> dict[str, str]:
    """Say it as a person reads it in a channel."""
    due = f"due {_moment(alert.due_at)}" if alert.due_at else "no due time"
    lines = [
        f"*{_text(alert.stage.upper())}* {_text(alert.lead_id)} (cycle {alert.cycle}), {due}",
        _text(f"{alert.reason} ({alert.criterion_id})" if alert.reason else alert.criterion_id),
        f"{_scores(alert)}, crossed {_moment(alert.crossed_at)}",
    ]
    if alert.evidence:
        lines.append(f"Evidence: {_text(alert.evidence)}")
    if contact:
        known = [_text(one) for one in (contact.full_name, contact.email) if one]
        lines.append(f"Contact: {', '.join(known) or 'not known'}")
    return {"text": "\n".join(lines)}


def _text(data: str) -> str:
    """Keep data from being read as markup: no links, no mentions that ring everybody."""
    plain = clean(data).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return MENTION.sub("@\u200b", plain)


def _scores(alert: Alert) -> str:
    fit, intent = alert.fit_grade, alert.intent_grade
    return (
        f"Fit {_score(alert.fit_score, fit)}, intent {_score(alert.intent_score, intent)},"
        f" product {_score(alert.product_score)}"
    )


def _score(score: Decimal, grade: str | None = None) -> str:
    return f"{score.normalize():f}" + (f" ({_text(grade)})" if grade else "")


def _moment(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
