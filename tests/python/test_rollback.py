"""Rolling back: an earlier version is served again, at once, if it is what was published."""

import json
import time

import pytest

import tiny
from handoff import lock, published
from handoff.cli import main
from handoff.errors import EngineError, LockedError, UsageError
from handoff.publish import publish
from handoff.rollback import rollback


@pytest.fixture
def home(tmp_path):
    """Make a home with three versions, the third served."""
    found = tiny.home_with_marts(tmp_path / "home", leads=10)
    for number in (1, 2, 3):
        tiny.fill(found, leads=number * 10, run_id=f"run-{number}")
        publish(found)
    return found


def _leads(home):
    return published.count_rows(home)["dim_leads"]


def test_without_a_name_the_version_before_is_served_again_and_then_the_one_before_that(home):
    assert rollback(home).version == "run-2"
    assert _leads(home) == 20
    assert rollback(home).version == "run-1"
    assert _leads(home) == 10
    with pytest.raises(UsageError, match=r"no version before .* run-3, run-2"):
        rollback(home)


def test_a_named_version_is_served_again_a_later_one_too(home):
    assert rollback(home, "run-1").replaced == "run-3"
    assert _leads(home) == 10
    rollback(home, "run-3")
    assert _leads(home) == 30


def test_after_a_rollback_a_publication_is_as_always_and_goes_back_to_what_was_served(home):
    rollback(home)
    tiny.fill(home, leads=40, run_id="run-4")
    publish(home)
    assert _leads(home) == 40
    # Not to run-3, which somebody had reason to take back.
    assert rollback(home).version == "run-2"


def test_after_a_rollback_the_last_build_can_be_published_again(home):
    rollback(home)
    assert publish(home).version == "run-3"
    assert _leads(home) == 30
    assert rollback(home).version == "run-2"


@pytest.mark.parametrize(("name", "said"), [("run-9", "no published version"), ("run-3", "served")])
def test_a_version_that_is_not_there_or_is_served_already_is_refused(home, name, said):
    with pytest.raises(UsageError, match=said) as refused:
        rollback(home, name)
    assert "run-2, run-1" in str(refused.value)
    assert _leads(home) == 30


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda folder: (folder / "marts.duckdb").write_bytes(b"x"), "has 1 bytes, expected"),
        (lambda folder: (folder / "marts.duckdb").unlink(), "marts.duckdb is missing"),
        (lambda folder: (folder / "manifest.json").write_text("{"), "manifest.json is missing or"),
        (lambda folder: _flip(folder / "marts.duckdb"), "the checksum differs"),
    ],
)
def test_a_damaged_version_is_refused_and_it_is_said_what_differs(home, damage, said):
    damage(home.published / "run-2")
    with pytest.raises(EngineError, match=said) as refused:
        rollback(home)
    assert "Nothing was changed. Choose one with" in str(refused.value)
    assert "run-1" in str(refused.value)
    assert _leads(home) == 30


def _flip(path):
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)


def test_where_what_was_served_is_gone_the_newest_other_version_is_served(home):
    (home.published / "run-3").rename(home.path / "gone")
    assert rollback(home).version == "run-2"
    assert _leads(home) == 20


def test_a_home_without_versions_says_what_to_do(tmp_path):
    with pytest.raises(UsageError, match="run `handoff refresh`"):
        rollback(tiny.empty_home(tmp_path))


def test_the_command_takes_less_than_a_second_and_is_recorded_as_a_run(home, capsys):
    began = time.monotonic()
    assert main(["rollback", "--home", str(home.path), "--json"]) == 0
    assert time.monotonic() - began < 1
    said = json.loads(capsys.readouterr().out)
    assert (said["replaced"], said["version"], said["rows"]) == (
        "run-3",
        "run-2",
        {"dim_leads": 20},
    )
    assert said["switch_seconds"] < 0.05
    assert main(["runs", "--home", str(home.path), "--json"]) == 0
    (run,) = json.loads(capsys.readouterr().out)
    assert (run["command"], run["status"], run["published"], run["replaced"]) == (
        "rollback",
        "succeeded",
        "run-2",
        "run-3",
    )


def test_while_another_run_holds_the_home_nothing_is_rolled_back(home):
    with lock.hold(home, command="refresh", run_id="other"):
        assert main(["rollback", "--home", str(home.path)]) == LockedError.exit_code
    assert _leads(home) == 30
