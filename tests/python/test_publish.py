"""Publishing: all marts at once, only audited ones, and no reader is disturbed."""

import hashlib
import json
import os
import stat
import subprocess
import sys

import duckdb
import pytest

import tiny
from handoff import gate, lock, published
from handoff import publish as publishing
from handoff.cli import main
from handoff.errors import GateFailedError, LockedError, UsageError
from handoff.publish import publish
from handoff.rollback import rollback

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
    assert [path.name for path in home.published.iterdir()] == []


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
        tables.sort()
        columns = connection.execute(
            "select column_name, comment from duckdb_columns()"
            " where database_name = 'published' and comment is not null"
        ).fetchall()
    assert [table[:2] for table in tables] == [("marts", "dim_leads"), ("marts", "publication")]
    assert tables[0][2] == "One row per lead."
    assert ("lead_id", "The lead's key.") in columns
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


def test_the_published_file_says_which_run_it_comes_from(home):
    publish(home)
    with published.open_published(home) as connection:
        said = connection.execute("select * from published.marts.publication").fetchall()
    moment = tiny.AS_OF.replace(tzinfo=None)
    assert said == [("run-1", moment, "print", moment)]
    assert published.count_rows(home) == {"dim_leads": 10}


def test_the_manifest_says_what_is_published_and_what_its_bytes_are(home):
    publish(home)
    said = json.loads((home.published / "run-1" / "manifest.json").read_text())
    content = (home.published / "run-1" / "marts.duckdb").read_bytes()
    assert (said["run_id"], said["as_of"], said["definition"]) == (
        "run-1",
        tiny.AS_OF_TEXT,
        "print",
    )
    assert said["rows"] == {"dim_leads": 10}
    assert said["files"] == {
        "marts.duckdb": {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
    }
    assert said["software"]["duckdb"] == duckdb.__version__
    assert published.read_note(home).published_at == said["published_at"]


def test_a_version_is_one_folder_served_by_relative_links(home):
    publish(home)
    assert {path.name for path in home.published.iterdir()} == {"current", "marts.duckdb", "run-1"}
    assert str(home.current.readlink()) == "run-1"
    assert str(home.published_db.readlink()) == "current/marts.duckdb"
    moved = home.path.rename(home.path.with_name("elsewhere"))
    assert published.count_rows(tiny.Home.at(moved)) == {"dim_leads": 10}


def test_no_file_of_a_version_is_for_the_world(home):
    before = os.umask(0)
    try:
        publish(home, draw=lambda version: (version.folder / "report.html").write_text("drawn"))
    finally:
        os.umask(before)
    for path in [home.published / "run-1", *(home.published / "run-1").iterdir()]:
        assert stat.S_IMODE(path.stat().st_mode) & 0o027 == 0, path


def test_what_is_drawn_from_a_version_is_served_by_the_same_move(home):
    seen = []

    def draw(version):
        seen.append((home.published_db.exists(), published.rows_of(version.marts_file)))
        (version.folder / "report.html").write_text("<p>10 leads</p>")

    publish(home, draw=draw)
    assert seen == [(False, {"dim_leads": 10})]
    assert (home.published / "report.html").read_text() == "<p>10 leads</p>"
    assert published.served(home).publication.files["report.html"]["bytes"] == 15
    assert published.faults(published.served(home)) == []


def test_marts_that_are_right_are_published_without_a_report_that_cannot_be_drawn(home):
    """Figures people wait for must not hang on a picture; nor is the picture of others shown."""
    publish(home, draw=lambda version: (version.folder / "report.html").write_text("of run-1"))
    tiny.fill(home, leads=20, run_id="run-2")
    result = publish(home, draw=lambda version: 1 / 0)
    assert _rows(home) == {"dim_leads": 20}
    assert "division by zero" in result.report_warning
    assert result.report is None
    assert not (home.published / "report.html").exists()
    said = published.served(home).publication
    assert (said.warnings, said.report_fault) == (1, "ZeroDivisionError: division by zero")
    assert published.faults(published.served(home)) == []


def test_a_report_that_can_be_drawn_the_next_time_takes_its_warning_with_it(home):
    publish(home, draw=lambda version: 1 / 0)
    publish(home, draw=lambda version: 1 / 0)
    assert published.served(home).publication.warnings == 1
    publish(home, draw=lambda version: (version.folder / "report.html").write_text("drawn"))
    said = published.served(home).publication
    assert (said.warnings, said.report_fault, sorted(said.files)) == (
        0,
        None,
        ["marts.duckdb", "report.html"],
    )


def test_why_a_report_could_not_be_drawn_names_no_address(home):
    def draw(version):
        raise ValueError("of ann@corp.example")

    assert "ann@" not in publish(home, draw=draw).report_warning
    assert "ann@" not in (home.published / "run-1" / "manifest.json").read_text()


def test_a_drawing_that_is_stopped_leaves_the_old_version_served_and_no_other(home):
    def draw(version):
        raise KeyboardInterrupt

    publish(home)
    tiny.fill(home, leads=20, run_id="run-2")
    with pytest.raises(KeyboardInterrupt):
        publish(home, draw=draw)
    assert [version.name for version in published.versions(home)] == ["run-1"]
    assert _rows(home) == {"dim_leads": 10}


def test_the_command_draws_the_report_and_serves_it_by_the_name_that_stays(home, capsys):
    assert main(["publish", "--home", str(home.path), "--json"]) == 0
    out, _ = capsys.readouterr()
    report = home.published / "report.html"
    assert json.loads(out)["report"] == str(report)
    assert main(["publish", "--home", str(home.path)]) == 0
    assert f"report: {report}" in capsys.readouterr().err
    assert report.samefile(home.published / "run-1" / "report.html")
    assert "report.html" in published.served(home).publication.files


def test_a_report_is_drawn_anew_in_its_place_and_the_manifest_knows(home, monkeypatch, capsys):
    with monkeypatch.context() as broken:
        broken.setattr(publishing, "_draw_report", lambda version: 1 / 0)
        assert main(["publish", "--home", str(home.path)]) == 0
    assert "could not be drawn" in capsys.readouterr().err
    (run,) = home.runs.iterdir()
    assert "ZeroDivisionError" in (run / "report-fault.log").read_text()
    record = json.loads((run / "run.json").read_text())
    assert record["report_fault"] == "ZeroDivisionError: division by zero"
    step = next(step for step in record["steps"] if step["name"] == "report")
    assert step["counts"] == {"bytes": 0, "warnings": 1}
    assert main(["status", "--home", str(home.path)]) == 0
    assert "No report could be drawn of it (ZeroDivisionError" in capsys.readouterr().err
    before = published.served(home).publication
    assert main(["report", "--home", str(home.path)]) == 0
    assert (home.published / "report.html").is_file()
    after = published.served(home).publication
    assert (before.warnings, after.warnings, after.report_fault) == (1, 0, None)
    assert after.published_at == before.published_at
    assert published.faults(published.served(home)) == []
    assert main(["status", "--home", str(home.path)]) == 0


def test_a_report_is_not_drawn_into_what_another_run_may_be_replacing(home, tmp_path):
    publish(home)
    with lock.hold(home, command="refresh", run_id="other"):
        assert main(["report", "--home", str(home.path)]) == LockedError.exit_code
        elsewhere = ["report", "--home", str(home.path), "--out", str(tmp_path / "page.html")]
        assert main(elsewhere) == 0


def test_publishing_the_same_build_again_makes_no_second_version(home):
    publish(home)
    inode = home.published_db.stat().st_ino
    publish(home)
    assert [version.name for version in published.versions(home)] == ["run-1"]
    assert home.published_db.stat().st_ino == inode


def test_publishing_the_same_build_again_replaces_a_version_that_was_damaged(home):
    publish(home)
    (home.published / "run-1" / "marts.duckdb").write_bytes(b"damaged")
    assert publish(home).version == "run-1.2"
    assert _rows(home) == {"dim_leads": 10}


def test_the_last_versions_are_kept_and_those_a_rollback_needs(home, monkeypatch):
    monkeypatch.setenv("HANDOFF_PUBLISH_KEEP_VERSIONS", "3")
    for number in range(1, 6):
        tiny.fill(home, leads=number, run_id=f"run-{number}")
        publish(home)
    names = ["run-5", "run-4", "run-3"]
    assert [version.name for version in published.versions(home)] == names
    rollback(home, "run-3")
    monkeypatch.setenv("HANDOFF_PUBLISH_KEEP_VERSIONS", "2")
    tiny.fill(home, leads=6, run_id="run-6")
    publish(home)
    assert [version.name for version in published.versions(home)] == ["run-6", "run-3"]
    assert rollback(home).version == "run-3"


def test_a_setting_nobody_understands_stops_before_anything_is_published(home):
    (home.path / "handoff.yml").write_text("publish: {keep_version: 3}")
    with pytest.raises(UsageError, match="keep_versions"):
        publish(home)
    assert not home.published_db.exists()
