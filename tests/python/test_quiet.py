"""Nothing new, nothing done: and whatever is new, asked, due or unknown is done."""

import json
import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import duckdb
import pytest

import tiny
from handoff import fingerprints, gate, published, quiet, refresh, runs
from handoff.cli import main
from handoff.load import load_landing
from handoff.publish import publish
from handoff.rollback import rollback
from handoff.status import status

NO_OP = """
import sys
from handoff import funnel
from handoff.cli import main
funnel.read_summary = lambda home: funnel.Summary([], [])  # of marts that are not there
code = main(sys.argv[1:])
heavy = [name for name in ("dbt", "pandas", "great_expectations") if name in sys.modules]
assert heavy == [], heavy
sys.exit(code)
"""


@pytest.fixture
def landing(tmp_path):
    return tiny.landing(tmp_path / "landing")


@pytest.fixture
def home(tmp_path, landing):
    """Make a home in which everything that is there was loaded, built and published just now."""
    found = tiny.empty_home(tmp_path / "home")
    load_landing(landing, found)
    with duckdb.connect(str(found.work_db)) as connection:
        connection.execute("create schema marts")
        connection.execute("create table marts.dim_leads as select 'L1' as lead_id")
    now = datetime.now(UTC).replace(microsecond=0)
    state = gate.Gate(
        state=gate.AUDITED,
        run_id="run-1",
        as_of=_text(now),
        definition="print",
        built_at=_text(now),
        rows={"dim_leads": 1},
        code=fingerprints.code(tiny.project(tmp_path / "project"), found),
        input=fingerprints.landed(found.work_db),
        next_due_at=_text(now + timedelta(hours=1)),
    )
    gate.write(found, state)
    publish(found)
    return found


@pytest.fixture
def asked(tmp_path, landing, home):
    """Ask about a minute later."""
    as_of = datetime.fromisoformat(gate.read(home).as_of) + timedelta(minutes=1)
    return quiet.Asked(landing, as_of, False, tmp_path / "project", "print", 24.0)


def _text(moment):
    return moment.isoformat().replace("+00:00", "Z")


def _reason(home, asked):
    return quiet.reason_to_build(home, asked)[0]


def _published_with(home, **changed):
    """Change what the manifest says, and what the gate says with it."""
    folder = published.served(home).folder
    said = json.loads((folder / "manifest.json").read_text()) | changed
    (folder / "manifest.json").write_text(json.dumps(said))
    known = {name: value for name, value in changed.items() if hasattr(gate.read(home), name)}
    gate.write(home, replace(gate.read(home), **known))


def test_where_nothing_is_new_and_nothing_is_due_there_is_nothing_to_do(home, asked):
    assert _reason(home, asked) is None
    assert _reason(home, asked) is None


def test_a_new_file_is_a_reason(home, asked, landing):
    (landing / "leads2.csv").write_text(tiny.LEADS)
    assert _reason(home, asked) is None  # not a name of a table: it would not be read either
    (landing / "events.csv").write_text("event_id,occurred_at,event_type\nE1,2026-01-01,x\n")
    assert _reason(home, asked) == "there is something new in events.csv"


def test_a_file_that_was_changed_is_a_reason(home, asked, landing):
    (landing / "leads.csv").write_text(tiny.LEADS.replace("L1", "L2"))
    assert _reason(home, asked) == "there is something new in leads.csv"


def test_a_file_that_was_loaded_but_not_built_is_a_reason(home, asked, landing):
    (landing / "events.csv").write_text("event_id,occurred_at,event_type\nE1,2026-01-01,x\n")
    load_landing(landing, home, quarantine_limit=100)
    assert _reason(home, asked) == "rows were landed since"


def test_another_definition_is_a_reason(home, asked):
    assert _reason(home, replace(asked, definition="other")) == "the definition changed"


@pytest.mark.parametrize(
    "name",
    ["models/dim_leads.sql", "macros/new.sql", "dbt_project.yml", "tests/claims/new.sql"],
)
def test_other_code_is_a_reason(home, asked, tmp_path, name):
    path = tmp_path / "project" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("-- other\n")
    assert _reason(home, asked) == "the code or a setting changed"


def test_another_setting_is_a_reason(home, asked):
    (home.path / "handoff.yml").write_text("publish: {keep_versions: 7}")
    assert _reason(home, asked) == "the code or a setting changed"


def test_other_software_is_a_reason(home, asked, monkeypatch):
    monkeypatch.setattr(quiet, "software", lambda: {"duckdb": "9"})
    assert _reason(home, asked) == "the software changed"


@pytest.mark.parametrize(
    ("minutes", "reason"), [(-2, "an earlier moment"), (59, None), (60, "due"), (90, "due")]
)
def test_what_is_due_is_a_reason_from_its_moment_on(home, asked, minutes, reason):
    as_of = datetime.fromisoformat(gate.read(home).as_of) + timedelta(minutes=minutes)
    found = _reason(home, replace(asked, as_of=as_of))
    assert found is None if reason is None else reason in found


def test_where_nobody_knows_what_is_due_that_is_a_reason(home, asked):
    _published_with(home, next_due_at=None)
    assert "nobody knows" in _reason(home, asked)


def test_a_moment_that_is_asked_for_is_a_reason_unless_it_is_the_one_published(home, asked):
    named = replace(asked, is_as_of_given=True)
    assert _reason(home, named) == "another moment is asked about"
    same = replace(named, as_of=datetime.fromisoformat(gate.read(home).as_of))
    assert _reason(home, same) is None
    # What nobody knows of the time matters only where time passes.
    _published_with(home, next_due_at=None)
    assert _reason(home, same) is None


@pytest.mark.parametrize(("hours", "is_old"), [(0.5, False), (23.9, False), (24.1, True)])
def test_a_build_that_is_too_old_is_a_reason(home, asked, hours, is_old):
    built_at = _text(datetime.now(UTC) - timedelta(hours=hours))
    _published_with(home, built_at=built_at)
    assert (_reason(home, asked) == f"the last build is of {built_at}") is is_old


def test_with_no_quiet_hours_every_refresh_builds(home, asked):
    assert _reason(home, replace(asked, max_quiet_hours=0.0)) is not None


@pytest.mark.parametrize("state", [gate.BUILDING, gate.FAILED, gate.BUILT])
def test_a_build_that_did_not_pass_since_is_a_reason(home, asked, state):
    gate.write(home, replace(gate.read(home), state=state))
    assert _reason(home, asked) == "the last build did not pass"


def test_after_a_rollback_the_next_refresh_builds(home, asked):
    gate.write(home, replace(gate.read(home), run_id="run-2"))
    publish(home)
    assert _reason(home, asked) is None
    rollback(home)
    assert _reason(home, asked) == "another build is served than the last one"
    later = replace(asked, definition="other", as_of=asked.as_of + timedelta(days=2))
    assert _reason(home, later) == "another build is served than the last one"


def test_marts_that_are_damaged_are_a_reason(home, asked):
    published.served(home).marts_file.write_bytes(b"x")
    assert _reason(home, asked) == "what is served is damaged"


def test_a_working_database_that_cannot_be_read_is_a_reason(home, asked):
    home.work_db.write_bytes(b"x")
    assert "cannot be read" in _reason(home, asked)


def test_a_home_where_nothing_is_published_is_a_reason(tmp_path, asked):
    assert "nothing is published" in _reason(tiny.empty_home(tmp_path / "new"), asked)


@pytest.fixture
def shipped(home, monkeypatch):
    """Let the home have been built by the shipped project and definition."""
    monkeypatch.setattr(refresh.funnel, "read_summary", lambda home: refresh.funnel.Summary([], []))
    seeds = refresh.resolve(None, home)
    _published_with(
        home,
        code=fingerprints.code(refresh.PROJECT_DIR, home),
        definition=refresh.fingerprint(seeds),
    )
    return home


def test_a_refresh_without_anything_to_do_ends_in_a_second_and_does_not_start_dbt(shipped, landing):
    command = [sys.executable, "-c", NO_OP, "refresh", "--home", str(shipped.path)]
    command += ["--landing", str(landing), "--json"]
    began = time.monotonic()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    taken = time.monotonic() - began
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert (said["outcome"], said["published"]["run_id"]) == ("unchanged", "run-1")
    assert sum(said["seconds"].values()) < 1
    assert taken < 5  # on a busy machine, the start of Python included


def test_what_is_due_is_told_as_long_as_it_lies_ahead(home):
    said = published.served(home).publication
    due = datetime.fromisoformat(said.next_due_at)
    assert "is due at" in quiet.words(said, checked_at=due - timedelta(seconds=1))
    assert "is due at" not in quiet.words(said, checked_at=due)


def test_a_refresh_without_anything_to_do_is_recorded_and_status_tells_of_it(
    shipped, landing, capsys
):
    arguments = ["refresh", "--home", str(shipped.path), "--landing", str(landing)]
    assert main(arguments) == 0
    assert "nothing new at" in capsys.readouterr().err
    (record,) = runs.recent(shipped, 5)
    assert (record["status"], record["outcome"]) == ("succeeded", "unchanged")
    assert status(shipped).published["checked_at"] == record["ended_at"]
    assert status(shipped).published["run_id"] == "run-1"
    assert main(["status", "--home", str(shipped.path)]) == 0
    assert "unchanged, nothing new had come" in capsys.readouterr().err
    # What was checked is that version, not whatever is served later.
    gate.write(shipped, replace(gate.read(shipped), run_id="run-2"))
    publish(shipped)
    assert status(shipped).published["checked_at"] is None


@pytest.mark.parametrize("flag", ["--force", "--full-refresh"])
def test_who_asks_for_a_build_gets_one(shipped, landing, monkeypatch, flag):
    def built(*_, **__):
        raise RuntimeError

    monkeypatch.setattr(refresh, "load_landing", built)
    arguments = ["refresh", "--home", str(shipped.path), "--landing", str(landing)]
    assert main(arguments) == 0
    assert main([*arguments, flag]) == 5
    (record,) = runs.recent(shipped, 1)
    assert record["reason"] == "it was asked for"


@pytest.mark.parametrize("command", ["status", "runs", "rollback"])
def test_looking_and_rolling_back_do_not_wait_for_heavy_imports(shipped, command):
    program = [sys.executable, "-c", NO_OP, command, "--home", str(shipped.path), "--json"]
    done = subprocess.run(program, capture_output=True, text=True, check=False)
    # There is no version before: the rollback is refused, the others answer.
    assert done.returncode == (2 if command == "rollback" else 0), done.stderr
