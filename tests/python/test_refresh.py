"""The refresh: every step in turn, and nothing published unless all of them passed."""

import json
import time
from datetime import UTC, datetime

import duckdb
import pytest

import tiny
from handoff import lock, publish, published, refresh, runs
from handoff.cli import main
from handoff.errors import (
    DefinitionError,
    EngineError,
    GateFailedError,
    InputError,
    LockedError,
    UsageError,
)
from handoff.load.contract import create_raw_tables


class Loaded:
    """What the stand-in for a load says."""

    files = ()
    warnings = ()

    def counts(self):
        return {"landed": 7, "quarantined": 0}


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """Keep one project and one home: dbt then parses once."""
    base = tmp_path_factory.mktemp("refresh")
    (base / "landing").mkdir()
    tiny.project(base / "project")
    tiny.empty_home(base / "home")
    return base


@pytest.fixture(autouse=True)
def steps_of_others(monkeypatch):
    """Stand in for the definition and the load, which have tests of their own."""
    monkeypatch.setattr(refresh, "resolve", lambda folder, home: folder or tiny.Path("shipped"))
    monkeypatch.setattr(refresh, "fingerprint", lambda folder: "print")
    monkeypatch.setattr(refresh, "load_landing", lambda landing, home, **_: Loaded())


@pytest.fixture
def home(place):
    return tiny.Home.at(place / "home")


@pytest.fixture
def refreshed(place, home):
    def run_refresh(as_of=tiny.AS_OF, is_as_of_given=True, **changed):
        folder = tiny.project(place / "project", **changed)
        asked = refresh.RefreshRequest(
            place / "landing",
            as_of,
            project=folder,
            suites=folder / "suites",
            is_as_of_given=is_as_of_given,
            force=not is_as_of_given,
        )
        with runs.recorded(home, "refresh", as_of=tiny.AS_OF_TEXT) as run:
            return refresh.refresh(home, asked, run)

    yield run_refresh
    tiny.project(place / "project")


@pytest.fixture
def landed(home, monkeypatch):
    """Let the load end a second and a half after the run began, as its files say."""

    def load(landing, home, **_):
        time.sleep(1.5)
        with duckdb.connect(str(home.work_db)) as connection:
            create_raw_tables(connection)
            connection.execute("insert into raw.load_files (loaded_at) values (?)", [_now()])
        return Loaded()

    monkeypatch.setattr(refresh, "load_landing", load)
    yield lambda: _last_load(home)
    with duckdb.connect(str(home.work_db)) as connection:
        connection.execute("delete from raw.load_files")


def _now():
    return datetime.now(UTC).replace(tzinfo=None)


def _last_load(home):
    with duckdb.connect(str(home.work_db), read_only=True) as connection:
        return connection.execute("select max(loaded_at) from raw.load_files").fetchone()[0]


def test_without_an_as_of_the_marts_speak_of_when_the_load_had_ended(refreshed, home, landed):
    """A lead that does not say when it was changed begins when it was loaded, and counts now."""
    began = datetime.now(UTC).replace(microsecond=0)
    result = refreshed(as_of=began, is_as_of_given=False)
    as_of = datetime.fromisoformat(result.as_of)
    assert as_of.microsecond == 0
    assert began < landed().replace(tzinfo=UTC) <= as_of
    assert _last(home)["as_of"] == result.as_of == published.served(home).publication.as_of


def test_an_as_of_that_was_given_stays_whatever_was_loaded(refreshed, home, landed):
    result = refreshed()
    assert landed() > tiny.AS_OF.replace(tzinfo=None)
    assert _last(home)["as_of"] == result.as_of == tiny.AS_OF_TEXT


@pytest.fixture
def served(refreshed, home):
    """Tell which file is served before the test; publish one if none is."""
    if not home.published_db.exists():
        refreshed()
    return published.identity(home.published_db)


def _fail(error):
    def step(*_, **__):
        raise error

    return step


def _last(home):
    return json.loads((sorted(home.runs.iterdir())[-1] / "run.json").read_text())


def test_a_refresh_takes_every_step_in_turn_and_shows_what_it_published(refreshed, home, capsys):
    result = refreshed()
    steps = ["check", "load", "build", "audit", "prepare", "report", "publish", "summary"]
    assert list(result.seconds) == steps
    assert published.count_rows(home)["dim_leads"] == 10
    assert [row["converted_observed"] for row in result.summary.funnel] == [5]
    assert [row["channel"] for row in result.summary.sources] == ["email", "events", None]
    refresh.show(result)
    shown = capsys.readouterr().err
    for words in ("lead", "mql", "50.0%", "email", "10-70 %", str(home.published_db)):
        assert words in shown
    assert shown.splitlines()[-1] == f"report: {home.published / 'report.html'}"
    record = _last(home)
    assert (record["status"], record["exit_code"]) == ("succeeded", 0)
    assert record["definition"] == "print"
    assert record["steps"][1]["counts"] == {"landed": 7, "quarantined": 0}
    (drawn,) = (step for step in record["steps"] if step["name"] == "report")
    assert drawn["counts"]["bytes"] == (home.published / "report.html").stat().st_size > 0
    assert "report.html" in published.served(home).publication.files


def test_a_report_that_cannot_be_drawn_is_a_warning_and_the_marts_are_published(
    refreshed, home, monkeypatch, capsys
):
    monkeypatch.setattr(publish, "_draw_report", lambda version: 1 / 0)
    result = refreshed()
    refresh.show(result)
    shown = capsys.readouterr().err
    assert "warning: The report could not be drawn (ZeroDivisionError" in shown
    assert "; 1 warnings;" in shown
    assert "report: " not in shown
    assert published.served(home).publication.run_id == result.run_id
    assert _last(home)["status"] == "succeeded"


def test_a_second_refresh_publishes_the_same_rows(refreshed, home):
    refreshed()
    query = "select lead_id, channel, total_score from published.marts.dim_leads order by lead_id"
    with published.open_published(home) as connection:
        first = connection.execute(query).fetchall()
    refreshed()
    with published.open_published(home) as connection:
        assert connection.execute(query).fetchall() == first


@pytest.mark.parametrize(
    ("step", "name", "error"),
    [
        ("check", "resolve", DefinitionError("Rule r1 is not known.")),
        ("load", "load_landing", InputError("Too much was quarantined.")),
        ("load", "load_landing", EngineError("The disk is full.")),
    ],
)
def test_a_step_that_fails_is_the_last_and_publishes_nothing(
    refreshed, served, home, monkeypatch, step, name, error
):
    monkeypatch.setattr(refresh, name, _fail(error))
    with pytest.raises(type(error)):
        refreshed()
    record = _last(home)
    assert (record["exit_code"], record["error"]) == (error.exit_code, str(error))
    assert record["steps"][-1]["name"] == step
    assert published.identity(home.published_db) == served


@pytest.mark.parametrize(
    ("leads", "said"),
    [
        ("select 'lead 1' as lead_id, 'email' as channel from range(2)", "found 1 row"),
        ("select 'lead 1' as lead_id, 'jane@example.com' as channel", "no e-mail address"),
    ],
)
def test_marts_that_fail_a_test_or_the_audit_leave_the_old_ones_served(
    refreshed, served, home, leads, said
):
    with pytest.raises(GateFailedError, match=said):
        refreshed(dim_leads=leads)
    assert published.identity(home.published_db) == served
    assert _last(home)["exit_code"] == 1


def test_a_refresh_while_another_runs_is_turned_away_without_a_trace(refreshed, home):
    before = sorted(home.runs.iterdir())
    with lock.hold(home, command="refresh", run_id="other"), pytest.raises(LockedError):
        refreshed()
    assert sorted(home.runs.iterdir()) == before


@pytest.mark.bad_input("B26")
def test_without_a_landing_folder_the_command_says_what_to_give(tmp_path, capsys):
    assert main(["refresh", "--home", str(tmp_path)]) == UsageError.exit_code
    assert "--landing DIR" in capsys.readouterr().err


@pytest.mark.bad_input("B26")
def test_a_target_that_is_not_served_yet_is_refused_with_the_way_to_do_it(tmp_path, capsys):
    (tmp_path / "landing").mkdir()
    arguments = ["refresh", "--home", str(tmp_path), "--target", "postgres"]
    assert main(arguments) == UsageError.exit_code
    assert "handoff build --target postgres" in capsys.readouterr().err
