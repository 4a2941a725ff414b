"""The record of runs."""

import json
import signal
from contextlib import suppress

import duckdb
import pytest

import tiny
from handoff import runs
from handoff.errors import EngineError, UsageError


@pytest.fixture
def home(tmp_path):
    return tiny.empty_home(tmp_path)


def _record(home):
    (folder,) = [path for path in home.runs.iterdir() if path.is_dir()]
    return json.loads((folder / "run.json").read_text())


def test_a_run_records_its_steps_with_times_and_counts(home):
    with runs.recorded(home, "refresh", as_of=tiny.AS_OF_TEXT) as run, run.step("load") as step:
        step.counts = {"landed": 7}
    record = _record(home)
    assert (record["status"], record["exit_code"], record["as_of"]) == (
        "succeeded",
        0,
        tiny.AS_OF_TEXT,
    )
    assert record["started_at"] <= record["ended_at"]
    (step,) = record["steps"]
    assert (step["name"], step["status"], step["counts"]) == ("load", "succeeded", {"landed": 7})


@pytest.mark.parametrize(
    ("end", "status", "code"),
    [
        (UsageError("No such folder."), "failed", 2),
        (SystemExit(143), "stopped", 143),
        (KeyboardInterrupt(), "stopped", 130),
    ],
)
def test_a_run_that_ends_early_is_recorded_with_its_exit_code(home, end, status, code):
    with (
        pytest.raises(type(end)),
        runs.recorded(home, "refresh") as run,
        run.step("build"),
    ):
        raise end
    record = _record(home)
    assert (record["status"], record["exit_code"]) == (status, code)
    assert record["steps"][0]["status"] == status


@pytest.mark.parametrize(
    ("number", "end", "code"),
    [(signal.SIGTERM, SystemExit, 143), (signal.SIGINT, KeyboardInterrupt, 130)],
)
def test_a_stop_that_somebody_took_for_an_error_is_a_stop(home, number, end, code):
    """The engine makes an error of a stop that comes while it runs a query."""
    with pytest.raises(end), runs.recorded(home, "refresh") as run, run.step("audit"):
        try:
            signal.raise_signal(number)
        except end:
            message = "Query interrupted"
            raise RuntimeError(message) from None
    record = _record(home)
    assert (record["status"], record["exit_code"], record["error"]) == ("stopped", code, None)
    assert record["steps"][0]["status"] == "stopped"


def test_a_stop_that_somebody_lived_without_lets_no_further_step_begin(home):
    with pytest.raises(SystemExit), runs.recorded(home, "refresh") as run:
        with run.step("report"), suppress(SystemExit):
            signal.raise_signal(signal.SIGTERM)
        with run.step("publish"):
            pytest.fail("it went on")
    record = _record(home)
    assert (record["status"], record["exit_code"]) == ("stopped", 143)
    assert [step["name"] for step in record["steps"]] == ["report"]


def test_an_engine_error_becomes_one_sentence_without_the_value_it_met(home):
    with pytest.raises(EngineError) as failed, runs.recorded(home, "publish"):
        duckdb.connect().execute("select cast('jane.doe@example.com' as integer)")
    assert "jane" not in str(failed.value)
    assert "Conversion Error" in _record(home)["error"]


def test_a_fault_of_our_own_is_an_engine_error_and_its_trace_is_kept(home):
    with pytest.raises(EngineError, match="fault in handoff") as failed, runs.recorded(home, "x"):
        {}["jane.doe@example.com"]
    (trace,) = home.runs.glob("*/fault.log")
    assert str(trace) in str(failed.value)
    assert "KeyError" in trace.read_text()
    assert "jane.doe@" not in trace.read_text()


def test_run_ids_are_unique_and_sort_in_the_order_of_the_runs(home):
    made = []
    for _ in range(50):
        made.append(runs.new_run_id(home))
        (home.runs / made[-1]).mkdir()
    assert made == sorted(set(made))
