"""Versions: whenever a run stops, what is served is whole, and the next run puts the rest right."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import contextmanager, suppress
from pathlib import Path

import duckdb
import pytest

import tiny
from handoff import published, versions
from handoff.publish import publish
from handoff.rollback import rollback
from handoff.status import status

# Everything by which publishing changes the disk; the copy of the marts goes to a hidden folder.
CHANGES = [
    *((Path, name) for name in ("rename", "replace", "symlink_to", "hardlink_to", "unlink")),
    *((Path, name) for name in ("mkdir", "chmod", "write_text")),
    (os, "fsync"),
    (shutil, "rmtree"),
]
READ_ON_AND_ON = """
import sys, duckdb
print("ready", flush=True)
for _ in range(int(sys.argv[2])):
    with duckdb.connect(sys.argv[1], read_only=True) as connection:
        run_id = connection.execute("select run_id from marts.marts.publication").fetchall()[0][0]
        leads = connection.execute("select count(*) from marts.marts.dim_leads").fetchall()[0][0]
    assert run_id == f"run-{leads}", (run_id, leads)
    print(run_id, flush=True)
"""
OPENS = 150
KILLED = """
import os, signal, sys
from handoff import versions
from handoff.home import Home
from handoff.publish import publish
def killed(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)
setattr(versions, sys.argv[2], killed)
publish(Home.at(sys.argv[1]))
"""


class PowerCut(BaseException):
    """The machine stops: nothing is changed any more, no clean-up either."""


@contextmanager
def power_cut(monkeypatch, after: int):
    """Let so many changes of the disk happen, and none after them."""
    done = []

    def guarded(change: Callable) -> Callable:
        def call(*arguments, **more):
            if len(done) >= after:
                raise PowerCut
            done.append(change.__name__)
            return change(*arguments, **more)

        return call

    with monkeypatch.context() as patched:
        for owner, name in CHANGES:
            patched.setattr(owner, name, guarded(getattr(owner, name)))
        with suppress(PowerCut):
            yield done


def changes_of(monkeypatch, home, act) -> int:
    """Count the changes an act makes when nothing stops it."""
    with power_cut(monkeypatch, after=10_000) as done:
        act(home)
    return len(done)


def said(home) -> tuple[str, int]:
    """Say which run a reader meets, and how many leads; it must be one run's."""
    with published.open_published(home) as connection:
        (run_id,) = connection.execute("select run_id from published.marts.publication").fetchone()
        (leads,) = connection.execute("select count(*) from published.marts.dim_leads").fetchone()
    return run_id, leads


def names(home) -> set[str]:
    return {path.name for path in home.published.iterdir()}


@pytest.fixture
def home(tmp_path):
    """Make a home that serves ten leads and has twenty to publish, and two versions at most."""
    found = tiny.home_with_marts(tmp_path / "home")
    tiny.fill(found, leads=5, run_id="run-5")
    publish(found)
    tiny.fill(found, leads=10, run_id="run-10")
    publish(found)
    tiny.fill(found, leads=20, run_id="run-20")
    return found


@pytest.fixture
def copies(home, tmp_path):
    """Copy that home as often as there are moments at which a run can stop."""

    def copy(number: int) -> tiny.Home:
        shutil.copytree(home.path, tmp_path / str(number), symlinks=True)
        return tiny.Home.at(tmp_path / str(number))

    return copy


def test_a_publication_that_stops_anywhere_leaves_one_whole_version_served(copies, monkeypatch):
    monkeypatch.setenv("HANDOFF_PUBLISH_KEEP_VERSIONS", "2")
    steps = changes_of(monkeypatch, copies(-1), publish)
    assert steps > 20
    met = []
    for step in range(steps):
        home = copies(step)
        with power_cut(monkeypatch, after=step):
            publish(home)
        met.append(said(home))
        assert status(home).trouble is None, step
        tiny.fill(home, leads=30, run_id="run-30")
        publish(home)
        assert said(home) == ("run-30", 30)
        assert names(home) == {"current", "marts.duckdb", met[-1][0], "run-30"}, step
        assert rollback(home).version == met[-1][0]
    assert set(met) == {("run-10", 10), ("run-20", 20)}
    assert met == sorted(met)  # the old one until the switch, the new one ever after


def test_a_rollback_that_stops_anywhere_leaves_one_whole_version_served(copies, monkeypatch):
    steps = changes_of(monkeypatch, copies(-1), rollback)
    met = []
    for step in range(steps):
        home = copies(step)
        with power_cut(monkeypatch, after=step):
            rollback(home)
        met.append(said(home)[0])
        assert status(home).trouble is None, step
        publish(home)
        assert said(home) == ("run-20", 20)
    assert set(met) == {"run-10", "run-5"}


def _as_before_there_were_versions(home) -> None:
    """Publish ten leads as a plain file with a note beside it."""
    publish(home)
    content = published.served(home).marts_file.read_bytes()
    shutil.rmtree(home.published)
    home.published.mkdir()
    home.published_db.write_bytes(content)
    note = {"run_id": "run-10", "as_of": tiny.AS_OF_TEXT, "definition": "print", "built_at": None}
    note |= {"published_at": tiny.AS_OF_TEXT, "rows": {"dim_leads": 10}}
    note["file"] = published.identity(home.published_db)
    (home.published / "manifest.json").write_text(json.dumps(note))


@pytest.fixture
def old(tmp_path):
    """Make a home of an older Handoff, with twenty leads to publish."""
    home = tiny.empty_home(tmp_path / "home")
    tiny.fill(home, leads=10, run_id="run-10")
    _as_before_there_were_versions(home)
    tiny.fill(home, leads=20, run_id="run-20")
    return home


def test_a_plain_file_of_an_older_handoff_becomes_a_version(old):
    assert published.read_note(old).run_id == "run-10"
    digest = hashlib.sha256(old.published_db.read_bytes()).hexdigest()
    publish(old)
    assert said(old) == ("run-20", 20)
    assert names(old) == {"current", "marts.duckdb", "run-10", "run-20"}
    rollback(old)
    assert said(old) == ("run-10", 10)
    assert hashlib.sha256(old.published_db.read_bytes()).hexdigest() == digest


def test_a_plain_file_nobody_has_a_note_of_becomes_a_version_too(old):
    (old.published / "manifest.json").unlink()
    publish(old)
    assert rollback(old).version.startswith("adopted-")
    assert said(old) == ("run-10", 10)


def test_a_plain_file_that_is_no_database_is_replaced(old):
    old.published_db.write_bytes(b"not a database")
    assert "cannot be read as a database" in status(old).trouble
    publish(old)
    assert said(old) == ("run-20", 20)
    assert names(old) == {"current", "marts.duckdb", "run-20"}


def test_where_files_cannot_be_linked_a_plain_file_is_copied(old, monkeypatch):
    def refused(*_):
        raise OSError

    monkeypatch.setattr(Path, "hardlink_to", refused)
    versions.mend(old)
    assert said(old) == ("run-10", 10)
    assert old.published_db.is_symlink()
    assert status(old).trouble is None


def test_an_adoption_that_stops_anywhere_never_leaves_readers_without_a_file(
    old, tmp_path, monkeypatch
):
    def copy(number):
        home = tiny.Home.at(shutil.copytree(old.path, tmp_path / str(number), symlinks=True))
        _note_again(home)
        return home

    for step in range(changes_of(monkeypatch, copy(-1), versions.mend)):
        home = copy(step)
        with power_cut(monkeypatch, after=step):
            versions.mend(home)
        assert said(home) == ("run-10", 10), step
        publish(home)
        assert said(home) == ("run-20", 20)
        assert rollback(home).version.startswith("run-10")
        assert said(home) == ("run-10", 10)


def _note_again(home) -> None:
    """Let the note speak of the copy."""
    note = json.loads((home.published / "manifest.json").read_text())
    note["file"] = published.identity(home.published_db)
    (home.published / "manifest.json").write_text(json.dumps(note))


@pytest.mark.parametrize("moment", ["describe", "serve", "mark_published", "prune"])
def test_a_process_that_is_killed_leaves_one_whole_version_served(home, moment):
    done = subprocess.run([sys.executable, "-c", KILLED, str(home.path), moment], check=False)
    assert done.returncode == -9
    expected = "run-10" if moment in ("describe", "serve") else "run-20"
    assert said(home)[0] == expected
    tiny.fill(home, leads=30, run_id="run-30")
    publish(home)
    assert said(home) == ("run-30", 30)
    assert not [name for name in names(home) if name.startswith(".")]


def test_readers_that_open_on_and_on_never_fail_and_meet_one_run_only(home, tmp_path):
    met = [tmp_path / f"met by {number}" for number in range(2)]
    readers = []
    for file in met:
        with file.open("w") as out:
            program = [sys.executable, "-c", READ_ON_AND_ON, str(home.published_db), str(OPENS)]
            readers.append(subprocess.Popen(program, stdout=out, stderr=subprocess.STDOUT))
    leads = 20
    while any(reader.poll() is None for reader in readers):
        leads += 1
        tiny.fill(home, leads=leads, run_id=f"run-{leads}")
        publish(home)
        if leads % 3 == 0:
            rollback(home)
    assert [reader.returncode for reader in readers] == [0, 0], met[0].read_text()[-500:]
    lines = [file.read_text().splitlines() for file in met]
    assert [len(one) for one in lines] == [OPENS + 1, OPENS + 1]
    assert len(set(lines[0])) > 3  # the links did change under the reader's hands


def test_a_reader_keeps_its_version_although_it_is_removed_meanwhile(home, monkeypatch):
    monkeypatch.setenv("HANDOFF_PUBLISH_KEEP_VERSIONS", "2")
    query = "select count(*) from published.marts.dim_leads"
    with duckdb.connect() as reader:
        reader.execute(f"attach '{home.published_db}' as published (read_only)")
        publish(home)
        tiny.fill(home, leads=30, run_id="run-30")
        publish(home)
        assert "run-10" not in names(home)
        assert reader.execute(query).fetchall() == [(10,)]


def test_what_somebody_else_keeps_in_the_folder_is_left_alone(home):
    (home.published / "notes").mkdir()
    (home.published / "notes" / "read me.txt").write_text("ours")
    publish(home)
    assert (home.published / "notes" / "read me.txt").read_text() == "ours"
    assert "notes" not in [version.name for version in published.versions(home)]
