"""Where alerts go: an address, and a secret to sign with, both from the environment.

The address of a webhook is often a secret itself, so only its scheme and host are ever shown.
"""

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import SplitResult, urlsplit

from handoff.errors import UsageError

URL_VARIABLE, SECRET_VARIABLE, KIND_VARIABLE = (
    "HANDOFF_ALERTS_URL",
    "HANDOFF_ALERTS_SECRET",
    "HANDOFF_ALERTS_KIND",
)
JSON, SLACK = "json", "slack"
KINDS = (JSON, SLACK)
# Whatever two parsers of addresses could read in two ways is not taken at all.
PLAIN = re.compile(r"[!-\[\]-~]+")


@dataclass(frozen=True)
class Webhook:
    """One receiver. `shown` is all of its address that may be printed."""

    url: str = field(repr=False)
    shown: str
    is_loopback: bool
    secret: bytes | None = field(repr=False, default=None)


def from_environment(environment: Mapping[str, str]) -> Webhook:
    """Read and check the address; UsageError says what is wrong with it without quoting it."""
    url = environment.get(URL_VARIABLE, "").strip()
    if not url:
        message = f"${URL_VARIABLE} is not set; it is the https address of the webhook."
        raise UsageError(message)
    parts = _parts(url)
    is_loopback = _is_loopback(parts.hostname or "")
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback):
        message = f"${URL_VARIABLE} must begin with https://; http:// is for this machine only."
        raise UsageError(message)
    secret = environment.get(SECRET_VARIABLE, "")
    return Webhook(
        url=url,
        shown=f"{parts.scheme}://{parts.netloc}",
        is_loopback=is_loopback,
        secret=secret.encode() if secret else None,
    )


def _parts(url: str) -> SplitResult:
    wrong = f"${URL_VARIABLE} is not an address; expected one such as https://host/path"
    try:
        parts = urlsplit(url)
        is_address = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        is_address = False
    if not is_address or not PLAIN.fullmatch(url):
        message = f"{wrong}, in plain ASCII."
        raise UsageError(message)
    if "@" in parts.netloc:
        message = f"{wrong}, without user and password; to prove the sender use ${SECRET_VARIABLE}."
        raise UsageError(message)
    return parts


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
