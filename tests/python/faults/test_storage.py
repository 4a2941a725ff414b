"""A disk that is full, read-only or wrong, and memory that runs out: said in one sentence, healed.

That a damaged version is never rolled back to, and each way in which one can be damaged, is proved
in test_rollback.py; that a torn record of a run hides no other, in test_history.py.
"""

import functools
import os
import resource
import signal
from pathlib import Path

import duckdb
import pytest

import disks
import night
from handoff import published
from handoff.cli import main
from handoff.errors import EngineError

MEBIBYTE = 1 << 20
ALL = bool(os.environ.get("HANDOFF_ALL_FAULTS"))


@pytest.fixture
def disk(tmp_path):
    yield from disks.mounted(tmp_path / "disk")


@pytest.fixture
def on_disk(small, disk):
    return small.moved(disk)


def fails_with_one_sentence(ended):
    assert ended.code == EngineError.exit_code, ended.said
    assert len(ended.errors) == 1, ended.said
    assert "Traceback" not in ended.said
    assert "fault in handoff" not in ended.said


@pytest.mark.parametrize(
    "strike",
    [
        pytest.param(lambda act: night.in_the_middle("load", act), id="load"),
        pytest.param(lambda act: night.in_the_middle("build", act), id="build"),
        pytest.param(lambda act: night.in_the_middle("prepare", act), id="prepare"),
        pytest.param(lambda act: night.when_it_begins("publish", act), id="publish"),
    ],
)
def test_a_disk_that_fills_up_leaves_the_old_marts_and_is_made_good_when_there_is_room(
    on_disk, disk, strike
):
    ended = on_disk.refresh(strike=strike(functools.partial(night.fill, disk)))
    fails_with_one_sentence(ended)
    on_disk.serves_yesterday()
    (disk / night.BALLAST).unlink()
    on_disk.heals()


def test_a_disk_that_is_full_before_the_start_is_said_to_be(on_disk, disk):
    night.fill(disk)
    fails_with_one_sentence(on_disk.refresh())
    on_disk.serves_yesterday()
    (disk / night.BALLAST).unlink()
    on_disk.heals()


def test_a_home_that_cannot_be_written_to_is_said_to_be_and_still_read(on_disk, disk):
    disks.remount(disk, "ro")
    ended = on_disk.refresh()
    fails_with_one_sentence(ended)
    assert "Read-only" in ended.errors[0]
    on_disk.serves_yesterday()
    assert main(["status", "--home", str(on_disk.home.path)]) == 0
    disks.remount(disk, "rw")
    on_disk.heals()


@pytest.mark.parametrize("limit", ["1MB", "8MB", "64MB"] if ALL else ["8MB"])
def test_an_engine_that_may_use_little_memory_manages_or_says_so(company, monkeypatch, limit):
    ended = company.refresh(HANDOFF_MEMORY_LIMIT=limit)
    if ended.code != 0:
        fails_with_one_sentence(ended)
        company.serves_yesterday()
    company.heals()


@pytest.mark.parametrize("mebibytes", [0, 31, 64, 256, 512, 1024] if ALL else [0, 64])
def test_a_process_that_gets_no_more_memory_manages_or_says_so(company, mebibytes):
    ended = company.refresh(limits={resource.RLIMIT_AS: mebibytes * MEBIBYTE})
    # Where not even the C library gets memory it ends the process itself, as a kill would.
    if ended.code not in {0, -signal.SIGABRT}:
        assert (ended.code, len(ended.errors)) == (EngineError.exit_code, 1), ended.said
    if ended.code != 0:
        company.serves_yesterday()
    company.heals()


@pytest.mark.parametrize("mebibytes", [200, 320])
def test_a_build_that_would_get_too_little_memory_says_how_much_it_needs(company, mebibytes):
    ended = company.refresh(limits={resource.RLIMIT_AS: mebibytes * MEBIBYTE})
    fails_with_one_sentence(ended)
    assert "expected at least 256" in ended.errors[0]
    company.serves_yesterday()
    company.heals()


def truncated(home):
    file = published.served(home).marts_file
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def flipped(home, place):
    file = published.served(home).marts_file
    content = bytearray(file.read_bytes())
    content[place] ^= 0x10
    file.write_bytes(content)


def _tear(file):
    file.write_bytes(file.read_bytes()[:100])


def _lead_nowhere(home):
    home.current.unlink()
    home.current.symlink_to("20260101T000000Z-0000")


DAMAGES = {
    "truncated": truncated,
    "a bit of the header flipped": functools.partial(flipped, place=0x10),
    "a bit of the content flipped": functools.partial(flipped, place=-0x3F000),
    "the manifest torn": lambda home: _tear(published.served(home).folder / "manifest.json"),
    "the file gone": lambda home: published.served(home).marts_file.unlink(),
    # The others end in the same two places; each is proved to be noticed in test_status.py.
    "emptied": lambda home: published.served(home).marts_file.write_bytes(b""),
    "the link gone": lambda home: home.published_db.unlink(),
    "leading nowhere": _lead_nowhere,
}


@pytest.mark.parametrize("damage", DAMAGES if ALL else list(DAMAGES)[:5])
def test_what_is_served_and_damaged_is_said_to_be_and_replaced_and_never_served_again(
    company, damage, capsys
):
    broken = published.served(company.home).name
    DAMAGES[damage](company.home)
    assert main(["status", "--home", str(company.home.path)]) == EngineError.exit_code
    assert "`handoff refresh`" in capsys.readouterr().err
    company.heals()
    if damage in ("the link gone", "leading nowhere"):
        return  # nothing of the version itself was wrong
    now = company.served()
    again = main(["rollback", "--home", str(company.home.path), "--to", broken])
    assert again == EngineError.exit_code
    assert company.served() == now


@pytest.fixture
def log_of_another(tmp_path):
    """Make a log with content that belongs to another database."""
    other = tmp_path / "other.duckdb"
    with duckdb.connect(str(other)) as connection:
        connection.execute("create schema marts")
        connection.execute("create table marts.dim_leads as select 'x' as lead_id")
        log = Path(f"{other}.wal").read_bytes()
    assert log
    return log


def test_logs_left_beside_what_is_published_are_not_read(company, log_of_another):
    home = company.home
    for place in (home.published_db, published.served(home).marts_file):
        Path(f"{place}.wal").write_bytes(log_of_another)
    company.heals()


def test_a_log_that_is_none_beside_the_working_database_changes_no_row(company):
    Path(f"{company.home.work_db}.wal").write_bytes(b"no log at all" * 99)
    company.heals()


def test_a_log_of_another_database_beside_the_working_database_is_named_and_not_guessed_at(
    company, log_of_another
):
    """It may be the newer half of a copy: only people know which of the two files is right."""
    log = Path(f"{company.home.work_db}.wal")
    log.write_bytes(log_of_another)
    ended = company.refresh()
    fails_with_one_sentence(ended)
    assert str(log) in ended.errors[0]
    company.serves_yesterday()
    log.unlink()
    company.heals()


def test_what_dbt_and_the_last_run_have_left_torn_is_made_anew(company):
    home = company.home
    _tear(home.dbt / "target" / "partial_parse.msgpack")
    _tear(home.path / "landing_seen.json")
    for record in home.runs.glob("*/run.json"):
        _tear(record)
    (home.path / "notify.json").write_text('{"fail')
    company.heals()
