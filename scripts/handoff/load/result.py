"""What a load did, as values: one record a file, and the totals."""

from dataclasses import asdict, dataclass, field
from typing import Any

from handoff.checking import FAILED, Finding
from handoff.errors import InputError
from handoff.expectations import CRITICAL

NAMED_FAILURES = 3


@dataclass
class FileResult:
    """What became of one file of the landing folder."""

    table: str
    path: str
    format: str
    status: str = "landed"
    """landed; known: the same content landed before; refused; skipped: nothing in it."""
    file_id: int | None = None
    bytes: int = 0
    sha256: str = ""
    lines_read: int = 0
    landed: int = 0
    quarantined: int = 0
    blank: int = 0
    suppressed: int = 0
    """Rows of people who were erased."""
    note: str = ""
    first_line: int | None = None
    """Where the first thing that was wrong stands."""
    first_reason: str = ""
    columns: list[str] = field(default_factory=list)
    """Columns of the contract it brings."""

    @property
    def rows(self) -> int:
        """Rows that hold something."""
        return self.lines_read - self.blank

    def refuse(self, sentence: str) -> None:
        """Take nothing of this file: all of its rows count as quarantined."""
        self.status = "refused"
        self.landed = self.suppressed = 0
        self.quarantined = self.rows
        self.note = f"{sentence}; {self.note}" if self.note else sentence


@dataclass
class LoadResult:
    """What one call of `handoff load` did."""

    landing: str
    batch: int
    """Number of this load; of the last one before it if nothing landed."""
    files: list[FileResult] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    lines_read: int = 0
    landed: int = 0
    quarantined: int = 0
    blank: int = 0
    suppressed: int = 0
    seconds: float = 0.0
    lacks_leads: bool = False
    accepted: list[str] = field(default_factory=list)
    """Tables whose arrivals were taken whatever the rules say, because somebody asked for it."""
    findings: list[Finding] = field(default_factory=list)
    """What came of every check of what arrived."""

    @property
    def stopped_by(self) -> list[Finding]:
        """Critical checks that failed: nothing of the load was taken."""
        return [one for one in self._failed if one.severity == CRITICAL]

    @property
    def warnings(self) -> list[Finding]:
        """Other checks that failed."""
        return [one for one in self._failed if one.severity != CRITICAL]

    @property
    def _failed(self) -> list[Finding]:
        return [one for one in self.findings if one.result == FAILED]

    @property
    def refused(self) -> list[FileResult]:
        """Files of which nothing was taken."""
        return [file for file in self.files if file.status == "refused"]

    def add_up(self) -> None:
        """Fill in the totals, of the files this call read."""
        read = [file for file in self.files if file.status != "known"]
        self.lines_read = sum(file.lines_read for file in read)
        self.landed = sum(file.landed for file in read)
        self.quarantined = sum(file.quarantined for file in read)
        self.blank = sum(file.blank for file in read)
        self.suppressed = sum(file.suppressed for file in read)

    def counts(self) -> dict[str, Any]:
        """Return the totals by name, for the record of runs."""
        names = ("batch", "lines_read", "landed", "quarantined", "blank", "suppressed")
        found: dict[str, Any] = {name: getattr(self, name) for name in names}
        found |= {"checks": len(self.findings), "warnings": len(self.warnings)}
        found |= {"failures": len(self.stopped_by)}
        return found | ({"accepted": self.accepted} if self.accepted else {})

    def error(self) -> InputError | None:
        """Return the error the call ends with, if it has to end with one."""
        details = [asdict(file) for file in self.files]
        if self.stopped_by:
            named = " ".join(one.sentence for one in self.stopped_by[:NAMED_FAILURES])
            more = len(self.stopped_by) - NAMED_FAILURES
            behind = f" And {more} more." if more > 0 else ""
            found = [asdict(one) for one in self.stopped_by]
            return InputError(f"{named}{behind} Nothing of this load was taken.", details=found)
        if self.refused:
            first = self.refused[0]
            line = f", line {first.first_line:,}" if first.first_line else ""
            others = len(self.refused) - 1
            more = f" ({others:,} more refused: see the list.)" if others else ""
            return InputError(f"{first.path}{line}: {first.note}.{more}", details=details)
        if self.lacks_leads:
            message = f"no row of leads in {self.landing}; expected a leads file with a header."
            return InputError(message, details=details)
        return None
