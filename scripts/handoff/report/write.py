"""Writes the page of a published file, in one move: who opens it sees the old page or the new one.

It builds and publishes nothing, and asks no other file than the marts and the note beside them.
"""

import json
import os
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import yaml

from handoff.errors import EngineError, UsageError
from handoff.home import PROJECT_DIR
from handoff.report.marts import SCHEMA, Marts, open_file
from handoff.report.page import Signature, assemble

OWNER_AND_GROUP = 0o640
NOTE = "manifest.json"
# Marts whose flag says of one count alone whether it is below the var min_sample.
FLAGGED = (
    ("mart_funnel_conversion", "entered_observed"),
    ("mart_lead_source_quality", "leads"),
    ("mart_mql_acceptance", "mqls"),
    ("mart_score_calibration", "mqls"),
    ("mart_speed_to_lead", "mqls"),
    ("mart_definition_comparison", "mqls"),
)


@dataclass(frozen=True)
class ReportResult:
    """Where the page lies, how big it is, which run it speaks of."""

    path: str
    bytes: int
    run_id: str | None
    seconds: float


def write(marts_file: Path, target: Path) -> ReportResult:
    """Write the page of `marts_file` to `target`; the same marts give the same bytes."""
    began = time.monotonic()
    if not marts_file.is_file():
        message = f"There are no published marts at {marts_file}; run `handoff refresh` first."
        raise UsageError(message)
    with open_file(marts_file) as marts:
        signature = read_signature(marts, marts_file)
        page = assemble(marts, signature, min_sample(marts)).encode("utf-8")
    _put(page, target)
    return ReportResult(
        path=str(target),
        bytes=len(page),
        run_id=signature.run_id,
        seconds=round(time.monotonic() - began, 3),
    )


def min_sample(marts: Marts) -> int:
    """Tell below how many leads a figure is a small sample, as the flags of the marts have it.

    A company sets the var for itself, so the project's own value only decides what the flags leave
    open: it is taken where it lies between the biggest flagged count and the smallest that is not.
    """
    least, most = 0, None
    for mart, counted in FLAGGED:
        if not marts.has(mart, counted, "is_small_sample"):
            continue
        row = marts.rows(
            f"select max(case when is_small_sample then {counted} end) as small,"
            f" min(case when not is_small_sample then {counted} end) as enough"
            f" from {SCHEMA}.{mart}"
        )[0]
        if row["small"] is not None:
            least = max(least, int(row["small"]) + 1)
        if row["enough"] is not None:
            most = int(row["enough"]) if most is None else min(most, int(row["enough"]))
    project = yaml.safe_load((PROJECT_DIR / "dbt_project.yml").read_text(encoding="utf-8"))
    usual = max(least, int(project["vars"]["min_sample"]))
    return usual if most is None else min(most, usual)


def read_signature(marts: Marts, marts_file: Path) -> Signature:
    """Say which run made the marts: by the row in the file, else by the note beside it."""
    if marts.has("publication", "run_id", "as_of"):
        rows = marts.rows(f"select run_id, as_of from {SCHEMA}.publication order by run_id limit 1")
        if rows:
            return Signature(rows[0]["run_id"], rows[0]["as_of"])
    try:
        note = json.loads(marts_file.with_name(NOTE).read_text(encoding="utf-8"))
        if not _is_of(note, marts_file):
            return Signature()
        as_of = datetime.fromisoformat(note["as_of"]).astimezone(UTC).replace(tzinfo=None)
        return Signature(str(note["run_id"]), as_of)
    except (OSError, ValueError, KeyError, TypeError):
        return Signature()


def _is_of(note: dict, marts_file: Path) -> bool:
    """Tell whether a note belongs to this very file; one that does not say is not believed."""
    found = marts_file.stat()
    return note["file"] == {
        "inode": found.st_ino,
        "bytes": found.st_size,
        "modified_ns": found.st_mtime_ns,
    }


def _put(page: bytes, target: Path) -> None:
    try:
        descriptor, temporary = tempfile.mkstemp(
            dir=target.parent, prefix=f".{target.name}.", suffix=".tmp"
        )
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(page)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).chmod(OWNER_AND_GROUP)
            Path(temporary).replace(target)
        finally:
            Path(temporary).unlink(missing_ok=True)
    except OSError as error:
        message = (
            f"The report could not be written to {target}: {error.strerror}."
            " The folder must exist and be writable; what was there stays as it was."
        )
        raise EngineError(message) from error
