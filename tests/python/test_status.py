"""What is published and what the last runs did."""

import json
import shutil

import duckdb
import pytest

import tiny
from handoff import lock, published, runs
from handoff.cli import main
from handoff.errors import EngineError, GateFailedError
from handoff.load.contract import create_raw_tables
from handoff.publish import publish
from handoff.status import status


def test_a_home_where_nothing_was_published_says_so_and_is_no_error(tmp_path, capsys):
    assert main(["status", "--home", str(tmp_path / "nowhere")]) == 0
    assert "Nothing was ever published" in capsys.readouterr().err
    assert not (tmp_path / "nowhere").exists()


def test_status_tells_what_is_published_since_when_and_how_much(tmp_path, capsys):
    home = tiny.home_with_marts(tmp_path)
    publish(home)
    assert main(["status", "--home", str(tmp_path), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["published"]
    assert found["run_id"] == "run-1"
    assert found["as_of"] == tiny.AS_OF_TEXT
    assert found["rows"] == {"dim_leads": 10}
    assert 0 <= found["age_seconds"] < 60
    assert found["is_noted"]


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda version: version.marts_file.write_bytes(b"not a database"), "is damaged"),
        (lambda version: version.marts_file.unlink(), "marts.duckdb is missing"),
        (
            lambda version: (version.folder / published.MANIFEST).unlink(),
            "manifest.json is missing",
        ),
        (lambda version: shutil.rmtree(version.folder), "the version run-2 is gone"),
        (lambda version: (version.folder.parent / "current").unlink(), "no version is served"),
        (lambda version: (version.folder.parent / "marts.duckdb").unlink(), "does not lead to"),
    ],
)
def test_what_is_damaged_or_missing_is_said_in_one_sentence_with_what_to_do(
    tmp_path, capsys, damage, said
):
    home = tiny.home_with_marts(tmp_path)
    publish(home)
    tiny.fill(home, leads=20, run_id="run-2")
    publish(home)
    damage(published.served(home))
    assert said in status(home).trouble
    assert main(["status", "--home", str(tmp_path), "--json"]) == EngineError.exit_code
    found = json.loads(capsys.readouterr().out)
    assert said in found["trouble"]
    assert "`handoff refresh`" in found["trouble"]
    assert "`handoff rollback" in found["trouble"]


def test_one_changed_byte_of_the_marts_is_noticed(tmp_path):
    home = tiny.home_with_marts(tmp_path)
    publish(home)
    content = bytearray(published.served(home).marts_file.read_bytes())
    content[-1] ^= 1
    published.served(home).marts_file.write_bytes(content)
    assert "checksum differs" in status(home).trouble


def test_rows_other_than_the_manifest_says_are_noticed(tmp_path):
    home = tiny.home_with_marts(tmp_path)
    publish(home)
    version = published.served(home)
    manifest = json.loads((version.folder / published.MANIFEST).read_text())
    manifest["rows"]["dim_leads"] = 11
    (version.folder / published.MANIFEST).write_text(json.dumps(manifest))
    assert "dim_leads has 10 rows, expected 11." in status(home).trouble


def test_a_version_that_was_rolled_back_to_is_said_to_be_one(tmp_path, capsys):
    home = tiny.home_with_marts(tmp_path)
    publish(home)
    tiny.fill(home, leads=20, run_id="run-2")
    publish(home)
    assert not status(home).published["is_rolled_back"]
    assert main(["rollback", "--home", str(tmp_path)]) == 0
    assert status(home).published["newer_versions"] == ["run-2"]
    capsys.readouterr()
    assert main(["status", "--home", str(tmp_path)]) == 0
    assert "It was rolled back to: run-2 came later." in capsys.readouterr().err


def test_the_newest_run_stands_first_with_its_end_and_its_error(tmp_path, capsys):
    home = tiny.empty_home(tmp_path)
    with runs.recorded(home, "build"):
        pass
    with pytest.raises(GateFailedError), runs.recorded(home, "refresh"):
        raise GateFailedError("A claim was broken.")
    newest, oldest = status(home).runs
    assert (newest["command"], newest["status"], newest["exit_code"]) == ("refresh", "failed", 1)
    assert (oldest["command"], oldest["status"], oldest["exit_code"]) == ("build", "succeeded", 0)
    assert main(["status", "--home", str(tmp_path)]) == 0
    assert "A claim was broken." in capsys.readouterr().err


def test_a_run_whose_process_died_is_shown_as_interrupted(tmp_path):
    home = tiny.empty_home(tmp_path)
    with runs.recorded(home, "refresh") as run:
        record = json.loads((run.folder / "run.json").read_text())
        assert status(home).running["run_id"] == run.run_id
        assert status(home).runs[0]["status"] == "running"
    (run.folder / "run.json").write_text(json.dumps(record))
    assert lock.holder(home) is None
    assert status(home).runs[0]["status"] == "interrupted"


def test_an_erasure_that_was_stopped_is_told_until_it_is_finished(tmp_path, capsys):
    home = tiny.empty_home(tmp_path)
    assert status(home).erasing_since is None
    with duckdb.connect(str(home.work_db)) as connection:
        create_raw_tables(connection)
        connection.execute(
            "insert into raw.suppressed values ('email', 'x', 'k', timestamp '2026-07-01 09:00:00',"
            " false)"
        )
    assert status(home).erasing_since == "2026-07-01T09:00:00Z"
    assert main(["status", "--home", str(tmp_path)]) == 0
    assert "An erasure begun at 2026-07-01T09:00:00Z was stopped" in capsys.readouterr().err
    with duckdb.connect(str(home.work_db)) as connection:
        connection.execute("update raw.suppressed set is_finished = true")
    assert status(home).erasing_since is None
