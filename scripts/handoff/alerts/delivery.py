"""Takes one message to the webhook: asks, and asks again where another try may help.

No redirect is followed, certificates are checked, and no answer is waited for beyond the time that
is left, however slowly it drips. Nothing of the address, the secret or the answer's text is
passed on: what went wrong is told by a status or by the kind of error.
"""

import queue
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.client import HTTPException
from urllib.error import URLError
from urllib.request import (
    BaseHandler,
    HTTPHandler,
    HTTPSHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
)

from handoff.alerts.message import Message
from handoff.alerts.webhook import Webhook

TRY_AGAIN = {408, 425, 429}
# It is the address that is wrong, or we are not welcome there: the next alert would meet the same.
WRONG_ADDRESS = {401, 402, 403, 404, 405, 407, 410}
LONGEST_RETRY_AFTER = 10**6


@dataclass(frozen=True)
class Pace:
    """How often and how patiently, in seconds."""

    tries: int = 5
    first_wait: float = 0.5  # doubled every time
    longest_wait: float = 30.0  # asked to wait longer, the rest is left to the next run
    answer_within: float = 10.0


@dataclass(frozen=True)
class Clock:
    """The time a run has, all deliveries together."""

    ends_at: float
    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep

    def left(self) -> float:
        """Say how many seconds are left."""
        return self.ends_at - self.now()


@dataclass(frozen=True)
class Answer:
    """What came back for one request."""

    status: int | None = None
    problem: str | None = None
    retry_after: float | None = None
    is_final: bool = False

    @property
    def is_delivered(self) -> bool:
        """Whether the receiver took it."""
        return self.status is not None and 200 <= self.status < 300

    @property
    def is_worth_another_try(self) -> bool:
        """Whether the same request may be taken a little later."""
        if self.status is None:
            return not self.is_final
        return self.status in TRY_AGAIN or self.status >= 500

    @property
    def is_of_the_address(self) -> bool:
        """Whether every other alert would be answered so."""
        if self.status is None:
            return self.is_final
        return self.status in WRONG_ADDRESS or 300 <= self.status < 400


@dataclass(frozen=True)
class Delivery:
    """How the delivery of one alert ended; `ends_run` says that the others need not be tried."""

    is_delivered: bool
    tries: int
    problem: str | None = None
    ends_run: bool = field(default=False, compare=False)


def deliver(webhook: Webhook, message: Message, clock: Clock, pace: Pace) -> Delivery:
    """Deliver one message, with growing pauses; never longer than the clock allows."""
    problem = None
    for number in range(1, pace.tries + 1):
        if clock.left() <= 0:
            return _out_of_time(number - 1, problem)
        answer = ask(webhook, message, min(pace.answer_within, clock.left()))
        if answer.is_delivered:
            return Delivery(is_delivered=True, tries=number)
        problem = answer.problem
        if not answer.is_worth_another_try:
            return _failed(number, problem, ends_run=answer.is_of_the_address)
        if number == pace.tries:
            break
        wait = max(pace.first_wait * 2 ** (number - 1), answer.retry_after or 0)
        if wait > pace.longest_wait:
            return _failed(number, f"{problem}, asks to wait {wait:.0f} s", ends_run=True)
        if wait >= clock.left():
            return _out_of_time(number, problem)
        clock.sleep(wait)
    return _failed(pace.tries, problem, ends_run=False)


def _failed(tries: int, problem: str | None, *, ends_run: bool) -> Delivery:
    return Delivery(is_delivered=False, tries=tries, problem=problem, ends_run=ends_run)


def _out_of_time(tries: int, problem: str | None) -> Delivery:
    reason = f"{problem}, and the time limit was reached" if problem else "no time was left"
    return _failed(tries, reason, ends_run=True)


def ask(webhook: Webhook, message: Message, seconds: float) -> Answer:
    """Make one request, and give it up after `seconds`.

    A time limit of a socket is one of silence: looking up a name has none, and an answer that
    drips never meets it. So the request has a thread of its own, which can be left behind.
    """
    answers: queue.SimpleQueue[Answer] = queue.SimpleQueue()
    threading.Thread(
        target=lambda: answers.put(_ask(webhook, message, seconds)), daemon=True
    ).start()
    try:
        return answers.get(timeout=seconds)
    except queue.Empty:
        return Answer(problem=f"no answer within {seconds:.0f} s")


def _ask(webhook: Webhook, message: Message, seconds: float) -> Answer:
    request = Request(webhook.url, data=message.body, headers=message.headers, method="POST")  # noqa: S310 - its scheme was checked
    try:
        with _opener(webhook).open(request, timeout=seconds) as response:
            status = response.status
            asked = response.headers.get("Retry-After")
    except (OSError, HTTPException, ValueError) as error:
        return _broken(error)
    if 200 <= status < 300:
        return Answer(status=status)
    problem = f"HTTP {status}" + (", a redirect" if 300 <= status < 400 else "")
    return Answer(status=status, problem=problem, retry_after=_seconds(asked))


def _opener(webhook: Webhook) -> OpenerDirector:
    """Open the scheme of the address and nothing else; every answer is returned as it is."""
    handlers: list[BaseHandler] = [
        HTTPSHandler(context=ssl.create_default_context())
        if webhook.url.lower().startswith("https:")
        else HTTPHandler()
    ]
    # A proxy of the environment is asked for a tunnel; what stays on this machine needs none.
    if not webhook.is_loopback:
        handlers.append(ProxyHandler())
    opener = OpenerDirector()
    for handler in handlers:
        opener.add_handler(handler)
    return opener


def _broken(error: Exception) -> Answer:
    """Tell an error by its kind; its own words may hold the address."""
    cause = error.reason if isinstance(error, URLError) else error
    if isinstance(cause, ssl.SSLCertVerificationError):
        return Answer(problem="its certificate is not accepted", is_final=True)
    if isinstance(cause, TimeoutError):
        return Answer(problem="no answer in time")
    return Answer(problem=f"no connection ({type(cause).__name__})")


def _seconds(text: str | None) -> float | None:
    """Read Retry-After, a number of seconds or a date; None where it is neither."""
    if text is None:
        return None
    text = text.strip()
    if text.isascii() and text.isdigit():
        return float(text) if len(text) <= 6 else float(LONGEST_RETRY_AFTER)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())
