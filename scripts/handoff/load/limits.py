"""How much of what is tolerated, each with its unit; the environment may change three."""

import os
from dataclasses import dataclass
from datetime import date

from handoff.errors import UsageError

MIB = 1 << 20


@dataclass(frozen=True)
class Limits:
    """Limits of one load."""

    quarantine_percent: float = 1.0
    """Share of a table's rows that may be quarantined before its dirty files are refused."""
    field_bytes: int = MIB
    """Longest value; a row with a longer one is quarantined."""
    record_bytes: int = 64 * MIB
    """Longest record the reader will hold in memory; beyond it the file is refused."""
    unpacked_bytes: int = 64 << 30
    """Most a compressed file may unpack to."""
    unpacked_ratio: int = 500
    """Most it may grow by; honest tables stay far below, a zip bomb is near 1,000."""
    columns: int = 2_000
    """Most columns a header may have."""
    json_depth: int = 64
    """Deepest nesting of a JSON value."""
    ancient: date = date(1990, 1, 1)
    """No event of the company is older than this: `landing.company_start` of the settings."""
    future_minutes: int = 5
    """How far a source's clock may be ahead of ours."""

    @classmethod
    def from_environment(
        cls, quarantine_percent: float | None = None, *, ancient: date = ancient
    ) -> "Limits":
        """Take the defaults, then HANDOFF_QUARANTINE_LIMIT and the sizes, then the arguments."""
        percent = _number("HANDOFF_QUARANTINE_LIMIT", cls.quarantine_percent, float)
        percent = percent if quarantine_percent is None else quarantine_percent
        if not 0 <= percent <= 100:
            message = f"the quarantine limit is {percent:g}; expected a percentage from 0 to 100."
            raise UsageError(message)
        return cls(
            quarantine_percent=percent,
            ancient=ancient,
            field_bytes=_number("HANDOFF_MAX_FIELD_BYTES", cls.field_bytes, int),
            unpacked_bytes=_number("HANDOFF_MAX_UNPACKED_BYTES", cls.unpacked_bytes, int),
        )


def _number(variable: str, default: float, kind: type) -> float:
    text = os.environ.get(variable, "").strip()
    if not text:
        return default
    try:
        number = kind(text)
    except ValueError:
        number = -1
    if not number >= 0:
        message = f"the environment variable {variable} must hold a number of zero or more."
        raise UsageError(message)
    return number
