"""One file on its way in: what is known of it, and the ways it can be refused."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from handoff.load.batch import RefusedError
from handoff.load.landing import LandingFile
from handoff.load.limits import Limits
from handoff.load.manifest import Promise
from handoff.load.notes import Notes
from handoff.load.parquet_whole import WholeFile
from handoff.load.result import FileResult
from handoff.load.source import Source
from handoff.load.store import Writer


@dataclass
class OneFile:
    """A file of the landing folder, what is found out about it, and who writes its rows."""

    file: LandingFile
    result: FileResult
    writer: Writer
    notes: Notes = field(default_factory=Notes)
    source: Source | None = None
    whole: WholeFile | None = None
    """How the engine reads it, if that is the way for it."""
    is_over: bool = False
    """It cannot even be read to its end."""

    def open(self, limits: Limits) -> None:
        """Open the file."""
        self.source = Source(self.file.path, limits, compressed=self.file.compressed)
        self.result.bytes = self.source.size

    def finish(self, promise: Promise | None) -> None:
        """Hold what was read against the file, and the file against what was promised of it."""
        self.result.sha256 = self.source.digest()
        if self.file.format == "parquet":
            self.source.check_place()
        if self.result.status == "landed" and promise is not None:
            promise.check(self.result)

    def close(self) -> None:
        """Close the file, and put what was remarked on it into its result."""
        if self.source is not None:
            self.source.close()
        self.result.note = "; ".join(filter(None, (self.result.note, str(self.notes))))

    def check_counts(self) -> None:
        """Refuse the file unless every record of it went somewhere."""
        result = self.result
        taken = result.landed + result.quarantined + result.blank + result.suppressed
        if result.lines_read != taken:
            message = (
                f"internal error: {result.lines_read:,} records were counted, but "
                f"{result.landed:,} landed, {result.quarantined:,} went to quarantine, "
                f"{result.suppressed:,} were suppressed and {result.blank:,} are "
                "blank; nothing of the file was kept"
            )
            raise RefusedError(message)
        if not result.columns:
            result.status = "skipped"

    @contextmanager
    def refusing_content(self) -> Iterator[None]:
        """Refuse the file for what it holds; it can still be read to its end."""
        try:
            yield
        except RefusedError as error:
            self._refuse(error)

    @contextmanager
    def refusing(self) -> Iterator[None]:
        """Refuse the file for whatever is wrong with it."""
        try:
            yield
        except RefusedError as error:
            self.is_over = True
            self._refuse(error)
        except OSError as error:
            self.is_over = True
            self._refuse(RefusedError(f"cannot be read ({error.strerror})"))

    def _refuse(self, error: RefusedError) -> None:
        result = self.result
        if result.landed:
            self.writer.forget(quarantine=False)
        result.first_line, result.first_reason = error.line, str(error)
        result.refuse(str(error))
