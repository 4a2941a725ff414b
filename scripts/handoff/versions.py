"""Makes, serves and removes published versions; whoever calls holds the lock of the home.

Every step leaves something readable: a version is made under a hidden name and gets its own when it
is complete; it is served by replacing one link; it is removed under a hidden name again. What a
machine that stopped in between has left is put right by `mend`, at the start of the next run.
"""

import json
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb

from handoff.home import NOT_FOR_THE_WORLD, Home
from handoff.published import (
    MANIFEST,
    MARTS,
    REPORT,
    Publication,
    Version,
    fingerprint,
    is_plain,
    plain_note,
    read_version,
    rows_of,
    served,
    served_folder,
    versions,
)

PREPARING, REMOVING, LINKING = ".preparing-", ".removing-", ".linking-"
STABLE = (MARTS, REPORT)
TICK = timedelta(milliseconds=1)


def mend(home: Home) -> None:
    """Put right what an older Handoff or a stopped one has left; what is read stays the same."""
    _remove_leftovers(home)
    if is_plain(home):
        _adopt(home)
    now = served(home)
    if now is not None and now.publication is not None and now.publication.published_at is None:
        moment = datetime.fromtimestamp(home.current.lstat().st_mtime, UTC)
        _write_manifest(now.folder, replace(now.publication, published_at=_text(moment)))
    _remove_never_served(home)
    if now is not None:
        link_stable(home)


@contextmanager
def new_version(home: Home, name: str) -> Iterator[Path]:
    """Give a hidden folder to fill; it gets its own name, on disk, when the body has ended well."""
    hidden = home.published / f"{PREPARING}{name}"
    _remove(hidden)
    with private_files():
        hidden.mkdir(mode=0o750)
        try:
            yield hidden
            for path in hidden.iterdir():
                sync(path)
            sync(hidden)
            hidden.rename(home.published / name)
            sync(home.published)
        except BaseException:
            _remove(hidden)
            raise


def free_name(home: Home, wanted: str) -> str:
    """Name a version after its run; with a number behind it if that name is taken."""
    name, number = wanted, 1
    while (home.published / name).exists():
        number += 1
        name = f"{wanted}.{number}"
    return name


def describe(folder: Path, publication: Publication) -> None:
    """Write the manifest of a version: the bytes of its marts once, of what is drawn each time."""
    files = {MARTS: publication.files[MARTS]} if MARTS in publication.files else {}
    for path in sorted(folder.iterdir()):
        if path.name not in files and not path.name.startswith(MANIFEST):
            path.chmod(0o640)
            sync(path)
            files[path.name] = fingerprint(path)
    _write_manifest(folder, replace(publication, files=files))


def serve(home: Home, version: Version) -> float:
    """Let `current` lead to a version, which is complete; returns the seconds that took."""
    # A log left beside a file of the same name would be taken for that of this one.
    for place in (home.published_db, version.marts_file):
        place.with_name(MARTS + ".wal").unlink(missing_ok=True)
    began = time.monotonic()
    _link(home.current, version.name)
    taken = time.monotonic() - began
    sync(home.published)
    link_stable(home)
    (home.published / MANIFEST).unlink(missing_ok=True)  # of a file without versions
    return taken


def mark_published(home: Home, version: Version) -> Version:
    """Note in the manifest that the version was put in its place now, later than any other."""
    others = [one.publication.put_in_place for one in versions(home) if one.publication]
    moment = max([datetime.now(UTC), *(other + TICK for other in others)])
    _write_manifest(version.folder, replace(version.publication, published_at=_text(moment)))
    return read_version(version.folder)


def prune(home: Home, keep: int) -> list[str]:
    """Remove all but the newest `keep` versions; the one served and the one before it stay."""
    kept = versions(home)
    now = served(home)
    needed = {now.name, now.publication.replaces if now.publication else None} if now else set()
    spare = [one for one in kept if one.name not in needed]
    surplus = spare[max(0, keep - len(kept) + len(spare)) :]
    for version in surplus:
        discard(home, version)
    return [version.name for version in surplus]


def discard(home: Home, version: Version) -> None:
    """Remove a version that is not served: first from sight, then from disk."""
    hidden = home.published / f"{REMOVING}{version.name}"
    version.folder.rename(hidden)
    _remove(hidden)


@contextmanager
def private_files() -> Iterator[None]:
    """Make files that only the owner and the group may read."""
    before = os.umask(NOT_FOR_THE_WORLD)
    try:
        yield
    finally:
        os.umask(before)


def sync(path: Path) -> None:
    """Wait until a file or a folder is on disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _adopt(home: Home) -> None:
    """Make the file that is served a version, and its name a link; it is readable throughout."""
    plain = home.published_db
    try:
        rows = rows_of(plain)
    except duckdb.Error:
        return  # no version can be made of it; the next one published takes its name
    modified = datetime.fromtimestamp(plain.stat().st_mtime, UTC)
    note = plain_note(home) or Publication(
        run_id=f"adopted-{modified:%Y%m%dT%H%M%SZ}",
        as_of=_text(modified),
        definition="",
        built_at=None,
        published_at=None,
        rows=rows,
    )
    folder = served_folder(home)
    if folder is None or not (folder / MARTS).exists() or not plain.samefile(folder / MARTS):
        name = free_name(home, note.run_id)
        with new_version(home, name) as hidden:
            try:
                (hidden / MARTS).hardlink_to(plain)
            except OSError:  # a file system without hard links
                shutil.copy2(plain, hidden / MARTS)
            published_at = note.published_at or _text(modified)
            describe(hidden, replace(note, rows=rows, published_at=published_at))
        _link(home.current, name)
        sync(home.published)
    plain.with_name(MARTS + ".wal").unlink(missing_ok=True)
    link_stable(home)
    (home.published / MANIFEST).unlink(missing_ok=True)


def _remove_leftovers(home: Home) -> None:
    """Remove what never got a name of its own, or had lost it already."""
    for prefix in (PREPARING, REMOVING, LINKING, f"{MARTS}.*.tmp"):
        for path in home.published.glob(f"{prefix}*"):
            _remove(path)


def _remove_never_served(home: Home) -> None:
    """Remove versions that were complete when a run stopped just before it served them."""
    now = served_folder(home)
    for version in versions(home):
        said = version.publication
        if said is not None and said.published_at is None and version.folder != now:
            discard(home, version)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def link_stable(home: Home) -> None:
    """Make the names readers know lead through `current`."""
    for name in STABLE:
        target = Path(home.current.name) / name
        link = home.published / name
        if (link.is_symlink() and link.readlink() == target) or not (home.current / name).exists():
            continue
        _link(link, str(target))
        sync(home.published)


def _link(link: Path, target: str) -> None:
    """Replace a link, or a file, by a link in one move."""
    beside = link.with_name(f"{LINKING}{link.name}")
    beside.unlink(missing_ok=True)
    beside.symlink_to(target)
    beside.replace(link)


def _write_manifest(folder: Path, publication: Publication) -> None:
    beside = folder / f"{MANIFEST}.tmp"
    with private_files():
        text = json.dumps(asdict(publication), ensure_ascii=False, indent=2)
        beside.write_text(text + "\n", encoding="utf-8")
    sync(beside)
    beside.replace(folder / MANIFEST)
    sync(folder)


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
