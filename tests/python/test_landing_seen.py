"""Whether a landing folder holds anything new: content decides, and what is believed is tested."""

import hashlib
import os
import time
from dataclasses import replace

import pytest

from handoff import landing_seen
from handoff.home import Home
from handoff.landing_seen import SMALL_BYTES, Seen, something_new
from handoff.load import load_landing

LEADS = "lead_id,created_at\nL1,2026-01-01\n"
LONG_AGO_NS = 1_700_000_000_000_000_000


@pytest.fixture
def home(tmp_path):
    return Home.at(tmp_path / "home").create()


@pytest.fixture
def landing(tmp_path):
    folder = tmp_path / "landing"
    folder.mkdir()
    (folder / "leads.csv").write_text(LEADS)
    return folder


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
    (landing / "accounts.csv").write_text(LEADS)
    assert something_new(landing, home, before) == "accounts.csv"


def test_an_empty_folder_is_left_to_the_load_to_complain_of(home, tmp_path):
    (tmp_path / "empty").mkdir()
    assert something_new(tmp_path / "empty", home, set()) == "the landing folder"


@pytest.mark.parametrize("length", [50, SMALL_BYTES + 50])
def test_other_content_of_the_same_size_and_time_is_new(home, landing, length):
    file = landing / "leads.csv"
    file.write_text(LEADS + "x" * length)
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
    mark = replace(landing_seen.mark_of(file), modified_ns=LONG_AGO_NS, changed_ns=LONG_AGO_NS)
    monkeypatch.setattr(landing_seen, "mark_of", lambda path: mark)
    before = known(landing)
    assert something_new(landing, home, before) is None
    file.write_text(LEADS.replace("L1", "L2"))
    assert something_new(landing, home, before) == "leads.csv"


def test_a_big_file_that_has_settled_is_not_read_again(home, landing, monkeypatch):
    file = landing / "leads.csv"
    file.write_text(LEADS + "x" * SMALL_BYTES)
    before = known(landing)
    now = time.time_ns()
    monkeypatch.setattr(landing_seen.time, "time_ns", lambda: now + 10_000_000_000)
    assert something_new(landing, home, before) is None

    def no_reading(*_):
        raise AssertionError

    monkeypatch.setattr(landing_seen.hashlib, "file_digest", no_reading)
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
    mark = landing_seen.Mark(SMALL_BYTES + 1, LONG_AGO_NS, LONG_AGO_NS, 7, 1)
    seen = Seen(mark, "digest", LONG_AGO_NS + 5_000_000_000)
    assert seen.holds_for(replace(mark, **changed)) is believed


def test_a_digest_made_just_after_a_change_does_not_hold(home):
    mark = landing_seen.Mark(SMALL_BYTES + 1, LONG_AGO_NS, LONG_AGO_NS, 7, 1)
    assert not Seen(mark, "digest", LONG_AGO_NS + 1_999_999_999).holds_for(mark)
    assert not Seen(mark, "digest", LONG_AGO_NS - 1).holds_for(mark)


def test_what_the_load_has_read_anyway_is_remembered_and_files_without_rows_too(home, landing):
    (landing / "accounts.csv").write_text("")
    before = landing_seen.marks(landing)
    loaded = load_landing(landing, home)
    landing_seen.remember(landing, home, before, loaded.files)
    memory = landing_seen.read_memory(home)
    assert {seen.sha256 for seen in memory.files.values()} == {
        digest(landing / "leads.csv"),
        digest(landing / "accounts.csv"),
    }
    assert memory.empty == {("accounts", digest(landing / "accounts.csv"))}
    assert something_new(landing, home, known(landing)) is None


def test_a_file_that_changed_while_it_was_loaded_is_not_remembered(home, landing):
    before = landing_seen.marks(landing)
    loaded = load_landing(landing, home)
    (landing / "leads.csv").write_text(LEADS.replace("L1", "L2"))
    landing_seen.remember(landing, home, before, loaded.files)
    assert landing_seen.read_memory(home).files == {}


@pytest.mark.parametrize("torn", ["", "{", "[]", '{"files": {"a": {}}, "empty": []}'])
def test_a_memory_that_is_torn_is_no_memory(home, landing, torn):
    landing_seen.memory_file(home).write_text(torn)
    assert something_new(landing, home, known(landing)) is None
