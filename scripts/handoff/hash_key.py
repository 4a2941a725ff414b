"""Keyed hashes of what names a person, so that it can be recognised without being kept.

The key is HANDOFF_HASH_KEY, else a file of the home folder, made once. Without the key a hash says
nothing: e-mail addresses are guessable, so a plain hash of one would be little better than itself.
"""

import hashlib
import hmac
import os
import secrets
from contextlib import suppress
from dataclasses import dataclass, field

from handoff.console import say
from handoff.errors import UsageError
from handoff.home import Home

VARIABLE = "HANDOFF_HASH_KEY"
FILE = "hash.key"
SHORTEST = 16
LEAD, EMAIL, ANONYMOUS = "lead_id", "email", "anonymous_id"


@dataclass(frozen=True)
class HashKey:
    """One key; `name` tells it from another without giving it away."""

    secret: bytes = field(repr=False)

    @property
    def name(self) -> str:
        """Name the key, to notice that it was changed."""
        return self._hash("key", "name")[:16]

    def of(self, kind: str, value: str) -> str:
        """Hash a value of a kind; e-mail addresses without regard to case."""
        plain = value.strip()
        return self._hash(kind, plain.lower() if kind == EMAIL else plain)

    def _hash(self, kind: str, value: str) -> str:
        message = f"{kind}\x00{value}".encode("utf-8", "surrogatepass")
        return hmac.new(self.secret, message, hashlib.sha256).hexdigest()


def hash_key(home: Home) -> HashKey:
    """Return the key of `home`; made, with one warning, where there is none yet."""
    found = known_key(home)
    if found is not None:
        return found
    path = home.path / FILE
    # Written whole under another name first: a key cut short would pass for a key.
    beside = path.with_name(f"{FILE}.{os.getpid()}.tmp")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(32) + "\n")
        file.flush()
        os.fsync(file.fileno())
    with suppress(FileExistsError):
        os.link(beside, path)
    beside.unlink()
    say(f"warning: ${VARIABLE} is not set; a key was made in {path}. Keep a copy of it elsewhere.")
    made = known_key(home)
    if made is None:
        message = f"{path} could not be made; set ${VARIABLE}."
        raise UsageError(message)
    return made


def known_key(home: Home) -> HashKey | None:
    """Return the key of `home` if it has one."""
    text = os.environ.get(VARIABLE, "").strip()
    where = f"${VARIABLE}"
    if not text:
        path = home.path / FILE
        if not path.exists():
            return None
        text, where = path.read_text(encoding="utf-8").strip(), str(path)
    if len(text) < SHORTEST:
        message = f"The key in {where} is too short; expected {SHORTEST} characters or more."
        raise UsageError(message)
    return HashKey(text.encode())
