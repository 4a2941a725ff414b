"""The history of runs: kept cheaply, read back whatever state it is in, without anybody's data."""

import json
import time
from datetime import UTC, datetime, timedelta

import pytest

import tiny
from handoff import history, runs
from handoff.cli import main
from handoff.errors import GateFailedError, LockedError
from handoff.publish import prepared_in_run, publish, switch_in_run


@pytest.fixture
def home(tmp_path):
    return tiny.home_with_marts(tmp_path / "home")


def _lines(home):
    (file,) = home.runs.glob("*/log.jsonl")
    return [json.loads(line) for line in file.read_text().splitlines()]


def test_a_run_is_read_back_with_its_steps_counts_warnings_and_what_it_published(home, capsys):
    with runs.recorded(home, "publish", as_of=tiny.AS_OF_TEXT) as run:
        with run.step("audit") as step:
            step.counts = {"checks": 7, "warnings": 2}
        with prepared_in_run(home, run) as version:
            switch_in_run(home, version, run)
    (found,) = history.history(home, 5)
    assert (found["command"], found["status"], found["exit_code"]) == ("publish", "succeeded", 0)
    assert (found["warnings"], found["published"]) == (2, "run-1")
    assert [step["name"] for step in found["steps"]] == ["audit", "prepare", "report", "publish"]
    assert found["steps"][1]["counts"] == {"rows": {"dim_leads": 10}}
    assert main(["runs", "--home", str(home.path)]) == 0
    shown = capsys.readouterr().err
    for words in ("serves run-1", "checks 7", "rows 10", "prepare"):
        assert words in shown


def test_as_many_runs_are_shown_as_asked_for_the_newest_first(home, capsys):
    for command in ("load", "build", "audit"):
        with runs.recorded(home, command):
            pass
    assert main(["runs", "--home", str(home.path), "--limit", "2", "--json"]) == 0
    assert [run["command"] for run in json.loads(capsys.readouterr().out)] == ["audit", "build"]


def test_a_home_without_runs_says_so(tmp_path, capsys):
    assert main(["runs", "--home", str(tmp_path / "nowhere")]) == 0
    assert "No run is on record" in capsys.readouterr().err


@pytest.mark.parametrize(
    "torn",
    ["", '{"run_id": "x', "[]", "null", '{"status": "running"}', '{"steps": 5}', "\x00\x00"],
)
def test_a_record_that_is_torn_hides_no_other(home, torn, capsys):
    with runs.recorded(home, "load"):
        pass
    with runs.recorded(home, "build") as run:
        pass
    (run.folder / "run.json").write_text(torn)
    found = history.history(home, 5)
    assert [one["status"] for one in found] == ["unreadable", "succeeded"]
    assert found[0]["run_id"] == run.run_id
    for command in ("runs", "status"):
        assert main([command, "--home", str(home.path)]) == 0
        assert "unreadable" in capsys.readouterr().err


def test_odd_steps_in_a_record_are_passed_over(home):
    with runs.recorded(home, "build") as run:
        pass
    record = json.loads((run.folder / "run.json").read_text())
    record["steps"] = ["x", {"name": "load", "counts": None}]
    (run.folder / "run.json").write_text(json.dumps(record))
    (found,) = history.history(home, 5)
    assert [step["name"] for step in found["steps"]] == ["load"]


def test_writing_history_costs_next_to_nothing_though_a_thousand_runs_are_kept(home):
    now = datetime.now(UTC)
    for number in range(1000):
        folder = home.runs / f"{now - timedelta(hours=number + 1):%Y%m%dT%H%M%SZ}-0000"
        folder.mkdir()
        (folder / "run.json").write_text('{"steps": []}')
    began = time.process_time()  # others may use the machine meanwhile
    with runs.recorded(home, "refresh") as run:
        for name in ("check", "load", "build", "audit", "publish"):
            with run.step(name):
                pass
    assert time.process_time() - began < 0.2


def test_runs_that_are_too_many_or_too_old_are_removed_but_not_those_of_what_is_kept(
    home, monkeypatch
):
    now = datetime.now(UTC)
    ages = [timedelta(days=days, hours=12) for days in range(30)]
    names = [f"{now - age:%Y%m%dT%H%M%SZ}-0000" for age in ages]
    for name in [*names, f"{now - timedelta(days=500):%Y%m%dT%H%M%SZ}-0000"]:
        (home.runs / name).mkdir()
    (home.runs / "not a run").mkdir()
    tiny.fill(home, leads=10, run_id=names[-1])
    publish(home)
    monkeypatch.setenv("HANDOFF_RUNS_KEEP", "10")
    monkeypatch.setenv("HANDOFF_RUNS_KEEP_DAYS", "5")
    with runs.recorded(home, "load") as run:
        pass
    kept = {path.name for path in home.runs.iterdir()}
    within_five_days = set(names[:5])
    assert kept == {run.run_id, *within_five_days, names[-1], "not a run"}
    assert (home.published / names[-1] / "manifest.json").exists()


def test_a_setting_that_cannot_be_understood_stops_no_record(home):
    (home.path / "handoff.yml").write_text("runs: {keep: none}")
    with runs.recorded(home, "load"):
        pass
    assert history.history(home, 1)[0]["status"] == "succeeded"


def test_every_line_of_the_log_names_the_run_and_its_step(home):
    with runs.recorded(home, "build") as run, run.step("build") as step:
        step.counts = {"nodes": {"pass": 3}}
        run.log("warning", level="warning", message="One row to look at.")
    lines = _lines(home)
    assert {line["run_id"] for line in lines} == {run.run_id}
    assert [(line["event"], line["step"]) for line in lines] == [
        ("run began", None),
        ("step began", "build"),
        ("warning", "build"),
        ("step ended", "build"),
        ("run ended", None),
    ]
    assert lines[3]["counts"] == {"nodes": {"pass": 3}}
    assert lines[-1]["exit_code"] == 0


def test_the_log_says_how_a_run_failed_and_carries_no_address(home):
    with pytest.raises(GateFailedError), runs.recorded(home, "audit") as run, run.step("audit"):
        run.log("found", value="jane@example.com", more=[{"of": "Jane <jane@example.com>"}])
        raise GateFailedError("The row of jane@example.com was wrong.")
    text = (run.folder / "log.jsonl").read_text()
    assert "jane@" not in text
    *_, step, end = _lines(home)
    assert (step["status"], step["level"]) == ("failed", "error")
    assert (end["status"], end["exit_code"], end["level"]) == ("failed", 1, "error")
    assert end["error"] == "The row of <e-mail> was wrong."


def test_a_log_that_cannot_be_written_stops_no_run(home):
    with runs.recorded(home, "load") as run:
        (run.folder / "log.jsonl").unlink()
        (run.folder / "log.jsonl").mkdir()
        run.log("unheard")
    assert history.history(home, 1)[0]["status"] == "succeeded"


def test_of_two_refreshes_at_once_the_second_ends_with_four_and_leaves_no_record(home, tmp_path):
    (tmp_path / "landing").mkdir()
    with runs.recorded(home, "refresh"):
        arguments = ["refresh", "--home", str(home.path), "--landing", str(tmp_path / "landing")]
        assert main(arguments) == LockedError.exit_code == 4
    assert len(history.history(home, 5)) == 1
