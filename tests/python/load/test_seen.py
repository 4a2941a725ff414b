"""Whether a landing folder holds anything new: content decides, and what is believed is tested."""

import hashlib
import os
import time
from dataclasses import replace

import pytest

import tiny
from handoff.home import Home
from handoff.load import land_folder, load_landing, seen
from handoff.load.seen import SMALL_BYTES, Mark, Seen, something_new
from handoff.load.source import Source

LONG_AGO_NS = 1_700_000_000_000_000_000


@pytest.fixture
def home(tmp_path):
    return Home.at(tmp_path / "home").create()


@pytest.fixture
def landing(tmp_path):
    return tiny.landing(tmp_path / "landing")


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def known(landing):
    return {("leads", digest(path)) for path in landing.glob("leads*")}


def test_files_whose_content_landed_are_nothing_new(home, landing):
    assert something_new(landing, home, known(landing)) is None
    (landing / "leads.csv").rename(landing / "leads.CSV")
    assert something_new(landing, home, known(landing)) is None


def test_a_file_more_is_new_and_a_file_less_is_not(home, landing):
    before = known(landing)
    (landing / "events.csv").write_text("event_id,occurred_at,event_type\n")
    assert something_new(landing, home, before) == "events.csv"
    (landing / "events.csv").unlink()
    assert something_new(landing, home, before) is None


def test_the_same_content_for_another_table_is_new(home, landing):
    before = known(landing)
    (landing / "accounts.csv").write_text(tiny.LEADS)
    assert something_new(landing, home, before) == "accounts.csv"


def test_an_empty_folder_is_left_to_the_load_to_complain_of(home, tmp_path):
    (tmp_path / "empty").mkdir()
    assert something_new(tmp_path / "empty", home, set()) == "the landing folder"


@pytest.mark.parametrize("length", [50, SMALL_BYTES + 50])
def test_other_content_of_the_same_size_and_time_is_new(home, landing, length):
    file = landing / "leads.csv"
    file.write_text(tiny.LEADS + "x" * length)
    os.utime(file, ns=(LONG_AGO_NS, LONG_AGO_NS))
    before = known(landing)
    assert something_new(landing, home, before) is None
    inode = file.stat().st_ino
    with file.open("r+") as written:  # in place: the same inode
        written.write("LEAD_ID")
    os.utime(file, ns=(LONG_AGO_NS, LONG_AGO_NS))
    assert (file.stat().st_ino, file.stat().st_mtime_ns) == (inode, LONG_AGO_NS)
    assert something_new(landing, home, before) == "leads.csv"


def test_a_small_file_is_read_again_whatever_the_file_system_says(home, landing, monkeypatch):
    file = landing / "leads.csv"
    mark = replace(seen.mark_of(file), modified_ns=LONG_AGO_NS, changed_ns=LONG_AGO_NS)
    monkeypatch.setattr(seen, "mark_of", lambda path: mark)
    before = known(landing)
    assert something_new(landing, home, before) is None
    file.write_text(tiny.LEADS.replace("L1", "L2"))
    assert something_new(landing, home, before) == "leads.csv"


def test_a_big_file_that_has_settled_is_not_read_again(home, landing, monkeypatch):
    file = landing / "leads.csv"
    file.write_text(tiny.LEADS + "x" * SMALL_BYTES)
    before = known(landing)
    now = time.time_ns()
    monkeypatch.setattr(seen.time, "time_ns", lambda: now + 10_000_000_000)
    assert something_new(landing, home, before) is None

    def no_reading(*_):
        raise AssertionError

    monkeypatch.setattr(seen.hashlib, "file_digest", no_reading)
    assert something_new(landing, home, before) is None


@pytest.mark.parametrize(
    ("changed", "believed"),
    [
        ({}, True),
        ({"size": SMALL_BYTES}, False),
        ({"changed_ns": LONG_AGO_NS + 1}, False),
        ({"modified_ns": LONG_AGO_NS - 1}, False),
        ({"inode": 8}, False),
        ({"device": 9}, False),
    ],
)
def test_a_digest_holds_only_for_a_file_that_looks_the_same_in_every_respect(changed, believed):
    mark = Mark(SMALL_BYTES + 1, LONG_AGO_NS, LONG_AGO_NS, 7, 1)
    then = Seen(mark, "digest", LONG_AGO_NS + 5_000_000_000)
    assert then.holds_for(replace(mark, **changed)) is believed


def test_a_digest_made_just_after_a_change_does_not_hold(home):
    mark = Mark(SMALL_BYTES + 1, LONG_AGO_NS, LONG_AGO_NS, 7, 1)
    assert not Seen(mark, "digest", LONG_AGO_NS + 1_999_999_999).holds_for(mark)
    assert not Seen(mark, "digest", LONG_AGO_NS - 1).holds_for(mark)


def test_what_the_load_has_read_anyway_is_remembered_and_files_without_rows_too(home, landing):
    (landing / "accounts.csv").write_text("")
    load_landing(landing, home)
    memory = seen.read_memory(home)
    assert {one.sha256 for one in memory.files.values()} == {
        digest(landing / "leads.csv"),
        digest(landing / "accounts.csv"),
    }
    assert memory.empty == {("accounts", digest(landing / "accounts.csv"))}
    assert something_new(landing, home, known(landing)) is None


def test_a_file_that_changed_while_it_was_loaded_is_not_remembered(home, landing, monkeypatch):
    remember = seen.remember

    def changed_just_before(*arguments):
        (landing / "leads.csv").write_text(tiny.LEADS.replace("L1", "L2"))
        remember(*arguments)

    monkeypatch.setattr(seen, "remember", changed_just_before)
    load_landing(landing, home)
    assert seen.read_memory(home).files == {}


@pytest.fixture
def reads(monkeypatch):
    """Paths of the files a load reads for their digests."""
    found = []
    digest_of = Source.digest

    def noted(source):
        found.append(source._path.name)
        return digest_of(source)

    monkeypatch.setattr(Source, "digest", noted)
    return found


def test_a_load_does_not_read_again_what_landed_and_has_settled(home, landing, monkeypatch, reads):
    (landing / "leads.csv").write_text(tiny.LEADS + "L2,2026-01-01\n" * (SMALL_BYTES // 10))
    now = time.time_ns()
    monkeypatch.setattr(seen.time, "time_ns", lambda: now + 10_000_000_000)
    load_landing(landing, home)
    reads.clear()
    (again,) = load_landing(landing, home).files
    assert (again.status, again.sha256, reads) == ("known", digest(landing / "leads.csv"), [])
    (landing / "leads").mkdir()
    (landing / "leads.csv").rename(landing / "leads" / "1.csv")
    (again,) = load_landing(landing, home).files
    assert (again.status, reads) == ("known", ["1.csv"])


def test_a_file_of_the_same_size_that_was_changed_lands(home, landing, reads):
    content = tiny.LEADS + "L2,2026-01-01\n" * (SMALL_BYTES // 10)
    (landing / "leads.csv").write_text(content)
    load_landing(landing, home)
    reads.clear()
    (landing / "leads.csv").write_text(content.replace("L1", "L3"))
    (again,) = land_folder(landing, home, accepted=("leads",)).files
    assert (again.status, reads[0]) == ("landed", "leads.csv")


@pytest.mark.parametrize("torn", ["", "{", "[]", '{"files": {"a": {}}, "empty": []}'])
def test_a_memory_that_is_torn_is_no_memory(home, landing, torn):
    seen.memory_file(home).write_text(torn)
    assert something_new(landing, home, known(landing)) is None
