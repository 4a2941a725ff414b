"""Remembers what lies in a landing folder, so that no file is read again to know it once more.

What decides is content: the SHA-256 of a file, and the table it is for, must be known. A digest is
kept with what the file system says of the file, and believed only where that can be believed: not
for small files, which are read again in no time, and not for files that were changed just before
they were read, since a clock that ticks too slowly may say the same of another content.
"""

import hashlib
import json
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from handoff.home import Home
from handoff.load.landing import LandingFile, discover
from handoff.load.result import FileResult
from handoff.runs import write_json

SMALL_BYTES = 256 * 1024
SETTLED_NS = 2_000_000_000  # the slowest clock of a file system ticks every two seconds


@dataclass(frozen=True)
class Mark:
    """What the file system says of a file; `changed_ns` cannot be set back by a program."""

    size: int
    modified_ns: int
    changed_ns: int
    inode: int
    device: int


@dataclass(frozen=True)
class Seen:
    """The digest of a file, what it looked like then, and when that was."""

    mark: Mark
    sha256: str
    looked_at_ns: int

    def holds_for(self, mark: Mark) -> bool:
        """Tell whether a file that looks like this has the same content."""
        if mark != self.mark or mark.size <= SMALL_BYTES:
            return False
        return self.looked_at_ns - max(mark.modified_ns, mark.changed_ns) > SETTLED_NS


@dataclass(frozen=True)
class Memory:
    """What is kept between runs: digests by path, and contents in which there was nothing."""

    files: dict[str, Seen]
    empty: set[tuple[str, str]]

    def recall(self, path: Path, mark: Mark) -> Seen | None:
        """Give what is remembered of a file that looks like this; None: it must be read."""
        seen = self.files.get(str(path.absolute()))
        return seen if seen is not None and seen.holds_for(mark) else None


def something_new(landing: Path, home: Home, landed: set[tuple[str, str]]) -> str | None:
    """Name a file whose content is not among `landed`; None if there is none."""
    found = discover(landing).files
    if not found:
        return "the landing folder"  # loading it says what is wrong with it
    memory = read_memory(home)
    files: dict[str, Seen] = {}
    new = None
    for file in found:
        seen = _look(file.path, memory)
        if seen is None:
            return file.relative
        files[str(file.path.absolute())] = seen
        if (file.table, seen.sha256) not in landed | memory.empty:
            new = file.relative
            break
    if files != memory.files and new is None:
        _write(home, Memory(files, memory.empty))
    return new


@dataclass(frozen=True)
class Look:
    """What files of the landing folder looked like before they were loaded, and when that was."""

    marks: dict[str, Mark]
    """By path below the folder."""
    at_ns: int

    def digests(self, landing: Path, home: Home) -> dict[str, str]:
        """Give the digests that are believed without reading, by path below the folder."""
        memory = read_memory(home)
        recalled = {name: memory.recall(landing / name, mark) for name, mark in self.marks.items()}
        return {name: seen.sha256 for name, seen in recalled.items() if seen is not None}


def look_at(files: Iterable[LandingFile]) -> Look:
    """Note what files look like before they are loaded."""
    now = time.time_ns()
    marks = {}
    for file in files:
        with suppress(OSError):
            marks[file.relative] = mark_of(file.path)
    return Look(marks, now)


def remember(landing: Path, home: Home, before: Look, loaded: Iterable[FileResult]) -> None:
    """Keep the digests the load has made anyway, of files that nobody touched meanwhile."""
    files, empty = {}, set()
    for result in loaded:
        if not result.sha256:
            continue
        if result.status == "skipped":
            empty.add((result.table, result.sha256))
        path = landing / result.path
        with suppress(OSError):
            if mark_of(path) == before.marks.get(result.path):
                seen = Seen(before.marks[result.path], result.sha256, before.at_ns)
                files[str(path.absolute())] = seen
    _write(home, Memory(files, empty))


def mark_of(path: Path) -> Mark:
    """Ask the file system about a file."""
    found = path.stat()
    return Mark(found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino, found.st_dev)


def memory_file(home: Home) -> Path:
    """Name the file all this is kept in; without it everything is read again."""
    return home.path / "landing_seen.json"


def read_memory(home: Home) -> Memory:
    """Read what was kept; nothing readable is nothing kept."""
    try:
        content = json.loads(memory_file(home).read_text(encoding="utf-8"))
        files = {path: _seen(one) for path, one in content["files"].items()}
        return Memory(files, {(table, digest) for table, digest in content["empty"]})
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return Memory({}, set())


def _seen(content: dict[str, Any]) -> Seen:
    return Seen(Mark(**content["mark"]), content["sha256"], content["looked_at_ns"])


def _write(home: Home, memory: Memory) -> None:
    files = {path: asdict(seen) for path, seen in memory.files.items()}
    with suppress(OSError):
        write_json(memory_file(home), {"files": files, "empty": sorted(memory.empty)})


def _look(path: Path, memory: Memory) -> Seen | None:
    """Give the digest of a file; None if it changes while it is read, or cannot be."""
    try:
        mark = mark_of(path)
        if (seen := memory.recall(path, mark)) is not None:
            return seen
        looked_at = time.time_ns()
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        return Seen(mark, digest, looked_at) if mark_of(path) == mark else None
    except OSError:
        return None
