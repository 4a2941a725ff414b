"""Tells a webhook when refreshes begin to fail and when they work again: one message a run.

It comes after the run is on the record, takes a bounded time, and never changes how the run ends.
A run that failed because another holds the lock, or that found wrong options, tells of itself on
stderr and by its exit code; nothing is published less because of it.
"""

import json
import os
import time
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from handoff import __version__, published
from handoff.alerts import webhook as webhooks
from handoff.alerts.delivery import Clock, Pace, deliver
from handoff.alerts.message import Message, sign
from handoff.console import say
from handoff.errors import UsageError
from handoff.home import Home
from handoff.privacy import first_sentence

URL_VARIABLE, SECRET_VARIABLE, KIND_VARIABLE = (
    "HANDOFF_NOTIFY_URL",
    "HANDOFF_NOTIFY_SECRET",
    "HANDOFF_NOTIFY_KIND",
)
STATE = "notify.json"
LONGEST = 15.0  # seconds a run may end later because nobody answers
PACE = Pace(tries=3, first_wait=0.5, longest_wait=5.0, answer_within=5.0)
COMMAND = "refresh"
FAILED, RECOVERED = "failed", "recovered"


def run_ended(home: Home, record: Mapping[str, Any]) -> None:
    """Take note of how a run ended, and tell of it if it is news; raises nothing."""
    if record.get("command") != COMMAND:
        return
    try:
        _run_ended(home, record, os.environ)
    except UsageError as error:
        say(f"warning: nobody was notified: {error}")
    except Exception as error:  # noqa: BLE001 - a message that cannot be sent is no failed refresh
        say(f"warning: nobody was notified ({type(error).__name__}).")


def _run_ended(home: Home, record: Mapping[str, Any], environment: Mapping[str, str]) -> None:
    state = _read_state(home)
    has_failed = record.get("exit_code") != 0
    if has_failed:
        state.setdefault("failing_since", record.get("ended_at") or _now())
        state["failures"] = state.get("failures", 0) + 1
    elif not state:
        return
    # What is not delivered is not forgotten: a recovery is told by the next run that can.
    _write_state(home, state)
    if environment.get(URL_VARIABLE, "").strip():
        told = _tell(home, record, state, environment)
        if not told:
            return
    if not has_failed:
        (home.path / STATE).unlink(missing_ok=True)


def _tell(
    home: Home, record: Mapping[str, Any], state: dict, environment: Mapping[str, str]
) -> bool:
    names = {
        webhooks.URL_VARIABLE: URL_VARIABLE,
        webhooks.SECRET_VARIABLE: SECRET_VARIABLE,
    }
    given = {ours: environment.get(theirs, "") for ours, theirs in names.items()}
    try:
        webhook = webhooks.from_environment(given)
    except UsageError as error:
        text = str(error).replace(webhooks.URL_VARIABLE, URL_VARIABLE)
        raise UsageError(text.replace(webhooks.SECRET_VARIABLE, SECRET_VARIABLE)) from None
    kind = environment.get(KIND_VARIABLE, "").strip().lower() or webhooks.JSON
    if kind not in webhooks.KINDS:
        message = f"${KIND_VARIABLE} must be one of {', '.join(webhooks.KINDS)}."
        raise UsageError(message)
    message = _message(_content(home, record, state), kind, webhook.secret)
    delivery = deliver(webhook, message, Clock(time.monotonic() + LONGEST), PACE)
    if not delivery.is_delivered:
        say(f"warning: {webhook.shown} was not notified: {delivery.problem}.")
    return delivery.is_delivered


def _content(home: Home, record: Mapping[str, Any], state: dict) -> dict[str, Any]:
    has_failed = record.get("exit_code") != 0
    stopped = "The run was stopped." if record.get("status") == "stopped" else None
    sentence = record.get("error") or stopped or "The run did not end by itself."
    note = published.read_note(home)
    return {
        "event": FAILED if has_failed else RECOVERED,
        "run_id": record.get("run_id"),
        "command": f"handoff {record.get('command')}",
        "exit_code": record.get("exit_code"),
        "what_failed": first_sentence(sentence) if has_failed else None,
        "failing_since": state["failing_since"],
        "failures": state["failures"],
        "still_served": note.as_of if note else None,
    }


def _message(content: dict[str, Any], kind: str, secret: bytes | None) -> Message:
    payload = {"text": _sentence(content)} if kind == webhooks.SLACK else content
    body = json.dumps(payload).encode("ascii")
    key = f"{content['event']}|{content['run_id']}"
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": f"handoff/{__version__}",
        "Idempotency-Key": key,
    }
    return Message(key, body, headers | sign(body, secret))


def _sentence(content: dict[str, Any]) -> str:
    """Say it as a person reads it in a channel; no markup of data."""
    as_of = content["still_served"]
    served = f"Served: marts as of {as_of}." if as_of else "Nothing is served."
    about = f"{content['command']}, run {content['run_id']}"
    if content["event"] == RECOVERED:
        return (
            f"{about}: works again; it had failed since {content['failing_since']}"
            f" ({content['failures']} runs). {served}"
        )
    what = content["what_failed"].replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return (
        f"{about}: failed with exit code {content['exit_code']}. {what} Failing since"
        f" {content['failing_since']} ({content['failures']} runs). {served}"
    )


def _read_state(home: Home) -> dict[str, Any]:
    with suppress(OSError, ValueError):
        state = json.loads((home.path / STATE).read_text(encoding="utf-8"))
        if isinstance(state, dict) and isinstance(state.get("failures"), int):
            return state
    return {}


def _write_state(home: Home, state: dict[str, Any]) -> None:
    beside = home.path / f"{STATE}.tmp"
    beside.write_text(json.dumps(state) + "\n", encoding="utf-8")
    beside.replace(home.path / STATE)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
