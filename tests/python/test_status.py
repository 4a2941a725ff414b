"""What is published and what the last runs did."""

import json

import pytest

import tiny
from handoff import lock, runs
from handoff.cli import main
from handoff.errors import GateFailedError
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


def test_a_published_file_that_cannot_be_read_is_reported(tmp_path, capsys):
    home = tiny.home_with_marts(tmp_path)
    publish(home)
    home.published_db.write_bytes(b"not a database")
    found = status(home).published
    assert not found["is_readable"]
    assert main(["status", "--home", str(tmp_path)]) == 0
    assert "cannot be read as a database" in capsys.readouterr().err


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
