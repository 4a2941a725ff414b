"""What happened, in words that name nobody: types, rules, and properties from a safe list.

Texts from the data may hold anything: control characters are taken out, and what looks like an
e-mail address is masked, wherever it stands.
"""

import re
import unicodedata
from datetime import datetime
from decimal import Decimal
from typing import Any
from urllib.parse import unquote, urlsplit

from handoff.explain.facts import (
    CREDIT,
    DECAY,
    RESET,
    Agreement,
    Entry,
    Reset,
    Rule,
    Source,
)
from handoff.privacy import masked

# Only these are ever shown of an event, in this order; of `page_url` only the path.
SAFE_PROPERTIES = (
    "page_url",
    "asset_type",
    "email_id",
    "webinar_type",
    "feature",
    "milestone",
    "session_id",
    "show_id",
    "list_id",
    "value",
)
# A sequence that moves the cursor or colours the text, then single characters that do not print.
ANSI = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?|\x9b[0-?]*[ -/]*[@-~]"
)
NOT_PRINTED = {"Cc", "Cf", "Cs", "Zl", "Zp"}
LONGEST = 80


def clean(text: str) -> str:
    """Return `text` on one line, without control characters."""
    plain = ANSI.sub("", text)
    spaced = "".join(" " if c in "\t\r\n" else c for c in plain)
    return "".join(c for c in spaced if unicodedata.category(c) not in NOT_PRINTED).strip()


def unnamed(text: str) -> str:
    """Return `text` clean and with e-mail addresses masked."""
    return masked(clean(text))


def shown(text: str) -> str:
    """Return a text from the data as it may be printed: clean, masked, not endless."""
    safe = unnamed(text)
    return safe if len(safe) <= LONGEST else safe[: LONGEST - 1] + "…"


def happened(entry: Entry, agreement: Agreement, source: Source | None) -> str:
    """Say what one entry stands for."""
    rule = agreement.rules[entry.rule_id]
    if entry.kind == RESET:
        return f"{rule.axis} reset: {_trigger(source)}"
    if rule.axis == "fit":
        return _fit(entry, rule)
    what = _event(rule, source)
    if entry.kind == DECAY and source:
        return f"{what} of {source.occurred_at:%Y-%m-%d} is {_age(entry, source)} old"
    if entry.kind == CREDIT and source and source.occurred_at < entry.at:
        return f"{what}, happened {_minute(source.occurred_at)}, known only now"
    return what


def reset_reason(rule: Rule, agreement: Agreement, source: Source | None) -> str | None:
    """Find the row of the definition that says why the axis was emptied."""
    found = [
        reset for reset in agreement.resets if reset.axis == rule.axis and _fits(reset, source)
    ]
    return found[0].reason if found else None


def _fits(reset: Reset, source: Source | None) -> bool:
    if source is None:
        return False
    name = source.name.strip()
    return {
        "status": source.kind == "status" and reset.trigger_value == name.lower(),
        "outcome": reset.trigger_value == source.outcome,
        "event": source.kind == "event" and reset.trigger_value == name,
    }.get(reset.trigger_type, False)


def _trigger(source: Source | None) -> str:
    if source is None:
        return "what sales reported, or an event"
    if source.kind == "event":
        return f"event {shown(source.name)}"
    if source.kind == "opportunity":
        return "opportunity lost"
    outcome = f" ({source.outcome})" if source.outcome else ""
    return f"status {shown(source.name)}{outcome}"


def _fit(entry: Entry, rule: Rule) -> str:
    asked = shown(rule.condition or "always")
    if entry.kind == CREDIT:
        return f"{asked} ({shown(entry.source_id)})"
    return f"no longer {asked} (was {shown(entry.source_id)})"


def _event(rule: Rule, source: Source | None) -> str:
    """Name an event and what is telling about it, what the rule looks at first."""
    if source is None:
        return shown(rule.occasion)
    names = sorted(SAFE_PROPERTIES, key=lambda name: name not in rule.telling)
    telling = [_property(name, source.properties.get(name)) for name in names]
    found = ", ".join(text for text in telling if text)
    # A derived event (a streak) speaks of the event that completed it: its type is the rule's.
    return shown(rule.occasion) + (f" ({found})" if found else "")


def _property(name: str, value: Any) -> str | None:
    if value is None or isinstance(value, dict | list) or not str(value).strip():
        return None
    if name == "page_url":
        return f"page {_path(str(value))}"
    if isinstance(value, Decimal):
        value = format(value.normalize(), "f")
    if isinstance(value, bool):
        value = str(value).lower()
    return f"{name} {shown(str(value))}"


def _path(url: str) -> str:
    """Return the path of an address: a query may carry anything, an e-mail address most of all."""
    try:
        path = urlsplit(url.strip()).path
    except ValueError:
        path = ""
    return shown(unquote(path)) or "/"


def _age(entry: Entry, source: Source) -> str:
    days = (entry.at - source.occurred_at).days
    return "1 day" if days == 1 else f"{days} days"


def _minute(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"
