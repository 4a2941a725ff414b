"""Building: one dbt process, an honest outcome, nothing written where it does not belong."""

import os
import re
import signal
import subprocess
import sys
import threading
import time

import duckdb
import pytest

import tiny
from handoff import build, dbt_call, gate, lock, one_at_a_time, runs
from handoff.dbt_outcome import Problem
from handoff.errors import EngineError, GateFailedError, UsageError
from handoff.home import PROJECT_DIR, Home
from handoff.load import create_raw_tables

BROKEN_CLAIM = "select 'lead 1' as lead_id, 'email' as channel from range(3)"
QUOTES_A_VALUE = "select cast('jane.doe@example.com' as integer) as lead_id, 'x' as channel"
STOPPED_WHILE_BUILDING = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[3])
import tiny
from handoff import build, cli, runs
from handoff.home import PROJECT_DIR, Home
import signal
signal.signal(signal.SIGTERM, cli._stop)
home = Home.at(sys.argv[1])
with runs.recorded(home, "build") as run:
    build.build_in_run(home, tiny.request(Path(sys.argv[2])), run, "print")
"""
# Two at once are too much for the engine, one is not.
SHORT_OF_MEMORY = """
select
    'lead ' || range as lead_id, 'email' as channel, timestamp '2026-07-01' as as_of,
    {% if target.threads > 1 %}error('Out of Memory Error: failed to allocate 1.0 GiB')
    {%- else %}cast(1 as decimal(18, 2)){% endif %} as total_score
from range(3)
"""
# One way to bring the engine down: the database answers nothing afterwards.
STOPS_THE_ENGINE = """
{% if execute %}
    {% do run_query("create or replace table main.unwritten as select 1 as x") %}
    {% do run_query("set debug_checkpoint_abort = 'before_header'") %}
    {% do run_query("force checkpoint") %}
{% endif %}
select 'lead 1' as lead_id, 'email' as channel
"""
FOR_EVER = "select count(*) as lead_id, 'x' as channel from range(1000000) a, range(10000000) b"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tiny.project(tmp_path_factory.mktemp("project"))


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """Keep one home for all: dbt then parses the project once."""
    return tiny.empty_home(tmp_path_factory.mktemp("home"))


@pytest.fixture
def build_with(folder, home):
    """Build the tiny project with some models changed, and put them back afterwards."""

    def run_build(changed=None, **asked):
        tiny.project(folder, **(changed or {}))
        with runs.recorded(home, "build") as run:
            run_build.folder = run.folder
            return build.build_in_run(home, tiny.request(folder, **asked), run, "print")

    yield run_build
    tiny.project(folder)


def _files(folder):
    return {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}


def test_a_build_says_what_it_built_and_opens_the_gate_one_step(build_with, home):
    result = build_with()
    assert result.nodes == {"success": 4, "pass": 2}
    assert result.marts[0] == "dim_leads"
    assert (result.problems, result.warnings) == ([], [])
    assert len(result.slowest) == build.SLOWEST
    state = gate.read(home)
    assert (state.state, state.as_of, state.definition) == ("built", tiny.AS_OF_TEXT, "print")


def test_dbt_is_told_as_of_and_the_environment_is_left_as_it_was(build_with, home, monkeypatch):
    monkeypatch.delenv("HANDOFF_AS_OF", raising=False)
    build_with()
    with duckdb.connect(str(home.work_db), read_only=True) as connection:
        query = "select distinct as_of::varchar from marts.dim_leads"
        assert connection.execute(query).fetchall() == [("2026-07-01 00:00:00",)]
    assert "HANDOFF_AS_OF" not in os.environ


def test_what_comes_next_is_imported_meanwhile_and_what_cannot_be_stops_nothing(
    build_with, tmp_path, monkeypatch
):
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "next_broken.py").write_text("raise RuntimeError('not now')")
    (tmp_path / "next_fine.py").write_text("")
    result = build_with(next_modules=("next_broken", "next_nowhere", "next_fine"))
    assert result.problems == []
    for thread in threading.enumerate():
        if thread.name == "import-ahead":
            thread.join()
    assert "next_fine" in sys.modules
    assert "next_broken" not in sys.modules


def test_another_definition_is_read_and_left_as_it_lies(build_with, home, tmp_path):
    """Dbt overwrites a seed given by an absolute path with the SQL that loads it."""
    (tmp_path / "definitions.csv").write_text("definition_id,title\nours,Ours\n")
    build_with(definition=tmp_path)
    with duckdb.connect(str(home.work_db), read_only=True) as connection:
        rows = connection.execute("select title from main.definitions").fetchall()
    assert rows == [("Ours",)]
    assert (tmp_path / "definitions.csv").read_text() == "definition_id,title\nours,Ours\n"


@pytest.mark.bad_input("B30")
def test_dbt_writes_nothing_into_the_project_and_lets_go_of_the_database(
    build_with, folder, home, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    before = _files(folder)
    build_with()
    assert set(_files(folder)) == set(before)
    assert list(tmp_path.iterdir()) == []
    program = "import duckdb, sys; duckdb.connect(sys.argv[1]).close()"
    opened = subprocess.run([sys.executable, "-c", program, str(home.work_db)], check=False)
    assert opened.returncode == 0


def test_a_broken_claim_stops_at_the_gate_naming_test_model_and_rows(build_with, home):
    with pytest.raises(GateFailedError) as failed:
        build_with({"dim_leads": BROKEN_CLAIM})
    assert "unique_dim_leads_lead_id of dim_leads found 1 row" in str(failed.value)
    assert "did not run" in str(failed.value)
    assert {one["kind"] for one in failed.value.details} == {"test", "skipped"}
    assert gate.read(home).state == "failed"


def test_an_engine_error_is_told_in_a_sentence_and_no_value_reaches_message_or_log(build_with):
    with pytest.raises(EngineError, match="The model dim_leads could not run") as failed:
        build_with({"dim_leads": QUOTES_A_VALUE})
    log = (build_with.folder / "dbt.log").read_text()
    assert "Conversion Error" in log
    for text in (str(failed.value), str(failed.value.details), log):
        assert "jane" not in text


def test_what_memory_was_too_short_for_is_built_one_at_a_time(build_with, home, capsys):
    result = build_with({"dim_leads": SHORT_OF_MEMORY})
    # the model, its test, and all that waits for it
    assert result.one_at_a_time == result.nodes["success"] + result.nodes["pass"]
    assert set(result.nodes) == {"success", "pass"}
    assert "mart_funnel_conversion" in result.marts
    assert gate.read(home).state == "built"
    build.show(result)
    assert f"{result.one_at_a_time} models and tests were built one at a time" in (
        capsys.readouterr().err
    )


def side_by_side(folder):
    (line,) = re.findall(r"Concurrency: (\d+) threads", (folder / "dbt.log").read_text())
    return int(line)


@pytest.fixture
def loaded(home):
    """Keep a record of loads: of few events before the last good build, of five after it."""
    with duckdb.connect(str(home.work_db)) as connection:
        create_raw_tables(connection)
        connection.execute("insert into raw.events (event_id) select range from range(8)")
        for table, status, batch, landed in [
            ("events", "landed", 2, 3),
            ("events", "refused", 3, 1000),
            ("leads", "landed", 3, 1000),
            ("events", "landed", 3, 4),
            ("events", "landed", 4, 1),
        ]:
            connection.execute(
                "insert into raw.load_files (table_name, status, batch, landed)"
                " values (?, ?, ?, ?)",
                [table, status, batch, landed],
            )
        connection.execute("create schema if not exists control")
        connection.execute("create table control.refresh_state as select 2 as last_batch_number")
    yield home
    with duckdb.connect(str(home.work_db)) as connection:
        connection.execute("drop schema raw cascade; drop schema control cascade")


def test_where_many_events_are_built_from_nothing_models_go_one_at_a_time(
    build_with, loaded, monkeypatch
):
    monkeypatch.delenv("HANDOFF_THREADS", raising=False)
    monkeypatch.setattr(one_at_a_time, "MANY_EVENTS", 8)
    build_with(full_refresh=True)
    assert side_by_side(build_with.folder) == 2
    monkeypatch.setattr(one_at_a_time, "MANY_EVENTS", 7)
    build_with(full_refresh=True)
    assert side_by_side(build_with.folder) == 1
    build_with()  # what stands is left out: little is built
    assert side_by_side(build_with.folder) == 2
    monkeypatch.setenv("HANDOFF_THREADS", "2")  # whoever says how many, is heard
    build_with(full_refresh=True)
    assert side_by_side(build_with.folder) == 2


def test_where_many_events_have_landed_since_models_go_one_at_a_time(
    build_with, loaded, monkeypatch
):
    monkeypatch.delenv("HANDOFF_THREADS", raising=False)
    monkeypatch.setattr(one_at_a_time, "MANY_EVENTS", 7)
    build_with(full_refresh=True)
    monkeypatch.setattr(one_at_a_time, "MANY_NEW_EVENTS", 5)
    build_with()
    assert side_by_side(build_with.folder) == 2
    monkeypatch.setattr(one_at_a_time, "MANY_NEW_EVENTS", 4)
    build_with()
    assert side_by_side(build_with.folder) == 1


def test_a_second_go_is_for_memory_alone(build_with):
    with pytest.raises(EngineError, match="Out of Memory Error"):
        build_with({"dim_leads": SHORT_OF_MEMORY.replace("target.threads > 1", "true")})
    beside = {"fct_lead_stages": "select cast('x' as integer) as lead_id, 'y' as stage, 0 as rank"}
    with pytest.raises(EngineError, match="Conversion Error"):
        build_with({"dim_leads": SHORT_OF_MEMORY, **beside})


def test_what_the_engine_left_when_it_stopped_itself_is_built_once_more(
    build_with, folder, home, monkeypatch, capsys
):
    calls = []
    invoke = dbt_call.invoke

    def invoked(*given):
        outcome = invoke(*given)
        calls.append(outcome)
        tiny.project(folder)  # sound from now on
        return outcome

    monkeypatch.setattr(dbt_call, "invoke", invoked)
    result = build_with({"dim_leads": STOPS_THE_ENGINE})
    assert len(calls) == 2
    assert result.nodes == {"success": 4, "pass": 2}
    assert "Checkpoint aborted" in result.engine_stopped
    assert gate.read(home).state == "built"
    build.show(result)
    assert "all was built once more: FATAL Error" in capsys.readouterr().err


def test_an_engine_that_stops_itself_twice_is_an_engine_error(build_with, home, monkeypatch):
    calls = []
    invoke = dbt_call.invoke
    monkeypatch.setattr(dbt_call, "invoke", lambda *given: calls.append(1) or invoke(*given))
    with pytest.raises(EngineError, match="Checkpoint aborted"):
        build_with({"dim_leads": STOPS_THE_ENGINE})
    assert len(calls) == 2
    assert gate.read(home).state in ("building", "failed")
    assert build_with().engine_stopped is None


def test_a_project_that_cannot_be_parsed_is_an_engine_error(build_with):
    with pytest.raises(EngineError, match=r"dbt could not run: .* node named 'nowhere'"):
        build_with({"dim_leads": "select * from {{ ref('nowhere') }}"})


def test_nothing_built_is_not_success(build_with, home):
    off = "{{ config(enabled=false) }} select 1 as lead_id"
    names = [name for name in tiny.FILES if name.endswith(".sql") and "macros" not in name]
    with pytest.raises(GateFailedError, match="built no mart"):
        build_with(dict.fromkeys(names, off))
    assert gate.read(home).state == "failed"


def test_without_a_working_database_there_is_nothing_to_build_from(folder, tmp_path):
    home = Home.at(tmp_path).create()
    with pytest.raises(UsageError, match="load files first"), runs.recorded(home, "build") as run:
        build.build_in_run(home, tiny.request(folder), run, "print")
    assert not home.work_db.exists()


@pytest.mark.parametrize(
    ("kind", "error"),
    [("test", GateFailedError), ("contract", GateFailedError), ("error", EngineError)],
)
def test_the_exit_code_tells_a_broken_claim_from_a_broken_engine(tmp_path, kind, error):
    problem = Problem(kind, "dim_leads", "dim_leads", "It failed.")
    result = build.BuildResult("", "duckdb", 1.0, {}, ["dim_leads"], [problem])
    with pytest.raises(error):
        build.judge(result, tmp_path / "dbt.log")


def test_sigterm_ends_a_build_at_once_recorded_and_unlocked(tmp_path):
    folder = tiny.project(tmp_path / "project", dim_leads=FOR_EVER)
    home = tiny.empty_home(tmp_path / "home")
    here = str(tiny.Path(__file__).parent)
    program = [sys.executable, "-c", STOPPED_WHILE_BUILDING, str(home.path), str(folder), here]
    with subprocess.Popen(program, stderr=subprocess.PIPE) as process:
        _wait_for(home, "START sql table model marts.dim_leads")
        process.send_signal(signal.SIGTERM)
        began = time.monotonic()
        try:
            assert process.wait(timeout=10) == 143
        finally:
            process.kill()
        assert time.monotonic() - began < 5
    record = runs.recent(home, 1)[0]
    assert (record["status"], record["exit_code"]) == ("stopped", 143)
    assert lock.holder(home) is None
    assert gate.read(home).state == "building"


def _wait_for(home, text, seconds=30):
    """Wait until the log of the only run says `text`."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if any(text in log.read_text() for log in home.runs.glob("*/dbt.log")):
            return
        time.sleep(0.05)
    pytest.fail(f"dbt never said {text}")


def test_the_shipped_profile_lets_a_build_spill_in_one_model_and_go_on_in_the_next(
    tmp_path, monkeypatch
):
    profile = (PROJECT_DIR / "profiles.yml").read_text(encoding="utf-8")
    sorted_rows = "select md5(cast(range as varchar)) as lead_id from range(1500000) order by 1"
    folder = tiny.project(
        tmp_path / "project",
        **{"./profiles.yml": profile.replace("\nhandoff:", "\ntiny:", 1)},
        big_one=sorted_rows,
        big_two=f"-- depends_on: {{{{ ref('big_one') }}}}\n{sorted_rows}",
    )
    home = tiny.empty_home(tmp_path / "home")
    monkeypatch.setenv("HANDOFF_MEMORY_LIMIT", "70MB")
    spilt = []
    monkeypatch.setattr(dbt_call, "_let_go", _looking(home.temporary, spilt, dbt_call._let_go))
    with runs.recorded(home, "build") as run:
        result = build.build_in_run(home, tiny.request(folder), run, "print")
    assert {"big_one", "big_two"} <= set(result.marts)
    assert spilt, "nothing was spilt: the test proves nothing"


def _looking(folder, seen, then):
    """Note what lies in a folder before going on."""

    def look():
        seen.extend(path.name for path in folder.glob("**/*"))
        then()

    return look
