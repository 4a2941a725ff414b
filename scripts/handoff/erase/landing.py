"""Which files of the landing folder still hold an erased person. Reads only; they are not ours."""

import zlib
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from handoff.errors import UsageError
from handoff.hash_key import EMAIL, LEAD
from handoff.load.batch import RefusedError
from handoff.load.landing import LandingFile, discover
from handoff.load.limits import Limits
from handoff.load.source import Lines, Source
from handoff.load.suppression import Suppression


def files_holding(folder: Path, erased: Suppression) -> list[str]:
    """Name the files, by their path in the folder; one that cannot be read is named too."""
    try:
        found = discover(folder)
    except UsageError:
        return []
    return [file.relative for file in found.files if _holds(file, erased)]


def _holds(file: LandingFile, erased: Suppression) -> bool:
    try:
        if file.format == "parquet":
            return any(erased.knows(kind, value) for kind, value in _parquet_values(file.path))
        limits = Limits.from_environment()
        with Source(file.path, limits, compressed=file.compressed) as source:
            lines = Lines(source.blocks(), limits)
            while block := lines.next():
                text = block.decode("utf-8", "replace")
                if any(erased.names_someone(line) for line in text.splitlines()):
                    return True
    except (OSError, RefusedError, pa.ArrowException, zlib.error):
        return True
    return False


def _parquet_values(path: Path) -> Iterator[tuple[str, str]]:
    with pq.ParquetFile(path) as file:
        names = {name.strip().lower(): name for name in file.schema_arrow.names}
        for kind in (LEAD, EMAIL):
            if kind not in names:
                continue
            for batch in file.iter_batches(columns=[names[kind]]):
                yield from ((kind, str(value)) for value in batch[0].unique().to_pylist() if value)
