"""Publishing: all marts at once, only audited ones, and no reader is disturbed."""

import json
import stat
import subprocess
import sys

import duckdb
import pytest

import tiny
from handoff import gate, published
from handoff.errors import GateFailedError
from handoff.publish import publish

READ_TWICE = """
import sys, duckdb
connection = duckdb.connect(sys.argv[1], read_only=True)
count = "select count(*) from marts.marts.dim_leads"
print(connection.execute(count).fetchall()[0][0], flush=True)
sys.stdin.readline()
print(connection.execute(count).fetchall()[0][0], flush=True)
"""


@pytest.fixture
def home(tmp_path):
    return tiny.home_with_marts(tmp_path / "home")


def _rows(home):
    return published.count_rows(home)


@pytest.mark.parametrize("state", [gate.BUILDING, gate.FAILED, gate.BUILT])
def test_what_was_not_built_and_audited_is_not_published(tmp_path, state):
    home = tiny.home_with_marts(tmp_path, state=state)
    with pytest.raises(GateFailedError, match="Nothing is published"):
        publish(home)
    assert not home.published_db.exists()


def test_without_any_build_there_is_nothing_to_publish(tmp_path):
    with pytest.raises(GateFailedError, match="Nothing was built"):
        publish(tiny.empty_home(tmp_path))


def test_a_failed_build_leaves_the_old_marts_being_served(home):
    publish(home)
    before = home.published_db.read_bytes()
    tiny.fill(home, leads=99, state=gate.FAILED, run_id="run-2")
    with pytest.raises(GateFailedError):
        publish(home)
    assert home.published_db.read_bytes() == before


def test_marts_changed_since_their_audit_are_not_published(home):
    with duckdb.connect(str(home.work_db)) as connection:
        connection.execute("delete from marts.dim_leads where lead_id = 'lead 3'")
    with pytest.raises(GateFailedError, match="not the ones that were audited"):
        publish(home)
    assert [path.name for path in home.published_db.parent.iterdir()] == []


def test_a_reader_keeps_the_old_file_and_the_next_one_sees_the_new(home):
    publish(home)
    program = [sys.executable, "-c", READ_TWICE, str(home.published_db)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(program, **pipes) as old:
        assert old.stdout.readline() == "10\n"
        tiny.fill(home, leads=20, run_id="run-2")
        publish(home)
        with subprocess.Popen(program, **pipes) as new:
            assert new.communicate("\n", timeout=20)[0] == "20\n20\n"
        assert old.communicate("\n", timeout=20)[0] == "10\n"


def test_the_published_file_holds_marts_only_with_their_descriptions(home):
    publish(home)
    with published.open_published(home) as connection:
        tables = connection.execute(
            "select schema_name, table_name, comment from duckdb_tables()"
        ).fetchall()
        columns = connection.execute(
            "select column_name, comment from duckdb_columns()"
            " where database_name = 'published' and comment is not null"
        ).fetchall()
    assert tables == [("marts", "dim_leads", "One row per lead.")]
    assert columns == [("lead_id", "The lead's key.")]
    assert b"a@example.com" not in home.published_db.read_bytes()


def test_the_published_file_is_not_for_the_world_and_older_duckdbs_read_it(home):
    publish(home)
    assert stat.S_IMODE(home.published_db.stat().st_mode) & 0o007 == 0
    # Storage version 67 is that of DuckDB 1.4; it stands behind the file's magic bytes.
    header = home.published_db.read_bytes()[8:20]
    assert header[:4] == b"DUCK"
    assert int.from_bytes(header[4:12], "little") == 67


def test_a_log_left_beside_the_old_file_does_not_spoil_the_new_one(home):
    publish(home)
    stale = home.published_db.with_name("marts.duckdb.wal")
    stale.write_bytes(b"of another file")
    tiny.fill(home, leads=20, run_id="run-2")
    publish(home)
    assert not stale.exists()
    assert _rows(home) == {"dim_leads": 20}


def test_the_switch_takes_less_than_fifty_milliseconds(home):
    publish(home)
    assert publish(home).switch_seconds < 0.05


def test_copies_that_were_never_published_are_cleared_away(home):
    leftover = home.published_db.with_name("marts.duckdb.run-0.tmp")
    leftover.write_bytes(b"half a file")
    publish(home)
    names = {path.name for path in home.published_db.parent.iterdir()}
    assert names == {"marts.duckdb", "manifest.json"}


def test_the_note_says_what_is_published_and_is_not_believed_of_another_file(home):
    publish(home)
    note = published.read_note(home)
    assert (note.run_id, note.as_of, note.rows) == ("run-1", tiny.AS_OF_TEXT, {"dim_leads": 10})
    copy = home.published_db.with_name("copy")
    copy.write_bytes(home.published_db.read_bytes())
    copy.replace(home.published_db)
    assert published.read_note(home) is None
    assert json.loads(published.note_file(home).read_text())["run_id"] == "run-1"
