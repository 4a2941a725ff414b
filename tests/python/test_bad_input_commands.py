"""Bad calls, bad settings and bad surroundings: refused in a sentence, and nothing has changed."""

import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

import fake_postgres
import tiny
from handoff import build, runs
from handoff.cli import main
from handoff.definition import resolve
from handoff.errors import DefinitionError, EngineError, UsageError
from handoff.home import SHIPPED_DEFINITION, Home
from handoff.settings import read_settings

LEADS = "lead_id,created_at\nL1,2026-01-01\n"


@pytest.fixture
def home(tmp_path):
    return Home.at(tmp_path / "home").create()


@pytest.mark.bad_input("B25")
@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "landing:\n  compare_from_rows: 1\n  compare_from_rows: 2\n",
            "line 3: 'compare_from_rows'",
        ),
        ("landing:\n\tcompare_from_rows: 1\n", "line 2: cannot be read as YAML"),
        ("landing:\n  compare_from_rows: -1\n", "line 2: landing.compare_from_rows"),
        ("landing:\n  compare_after_load: 3\n", "nearest name: compare_after_loads"),
        ("landng: {}\n", "nearest name: landing"),
        ("- landing\n", "expected sections"),
    ],
)
def test_b25_a_setting_that_makes_no_sense_is_refused_with_its_line(home, text, said):
    (home.path / "handoff.yml").write_text(text)
    with pytest.raises(UsageError, match=said):
        read_settings(home)


@pytest.mark.bad_input("B25")
def test_b25_ten_thousand_rules_are_more_than_people_can_agree_on(tmp_path):
    folder = _definition(tmp_path)
    rules = folder / "fit_rules.csv"
    more = "".join(
        f"two_axis,rule_{at},not_a_buyer,company_domain,equals,x{at}.com,-1,,Why not\n"
        for at in range(10_000)
    )
    rules.write_text(rules.read_text() + more)
    with pytest.raises(DefinitionError, match="expected at most 5000, which people can read"):
        resolve(folder, Home.at(tmp_path / "home").create())


@pytest.mark.bad_input("B26")
@pytest.mark.parametrize(
    "arguments",
    [
        ["refresh", "--since", "2026-02-01", "--until", "2026-01-01"],
        ["refresh", "--full-refresh", "--since", "2026-01-01"],
        ["refresh", "--as-of", "2026-02-30"],
        ["refresh", "--as-of", "tomorrow"],
        ["refresh", "--target", "nowhere"],
        ["build", "--as-of", "31.12.2026"],
        ["load", "--quarantine-limit", "150"],
        ["load", "--quarantine-limit", "few"],
        ["load", "--accept", "mart_x"],
        ["explain"],
        ["refrsh"],
    ],
    ids=" ".join,
)
def test_b26_a_call_that_cannot_be_meant_ends_with_2_and_changes_nothing(
    tmp_path, arguments, capsys
):
    """There is no --since: a refresh always goes on from where the last one ended."""
    home = tmp_path / "home"
    (home / "landing").mkdir(parents=True)
    (home / "landing" / "leads.csv").write_text(LEADS)
    where = ["--home", str(home)] if arguments[0] != "refrsh" else []
    assert main([*arguments, *where]) == 2
    assert capsys.readouterr().err.strip()
    assert not (home / "work.duckdb").exists()
    assert not (home / "published" / "marts.duckdb").exists()


@pytest.mark.bad_input("B27")
def test_b27_a_warehouse_that_cannot_be_reached_is_told_without_its_password(
    home, monkeypatch, tmp_path
):
    assert "onnection" in _refused(home, monkeypatch, tmp_path, port=1)


@pytest.mark.bad_input("B27")
@pytest.mark.parametrize(
    ("refuses_password", "said"),
    [(True, "password authentication failed"), (False, "permission denied for schema raw")],
)
def test_b27_a_warehouse_that_lets_nobody_in_is_told_without_its_password(
    home, monkeypatch, tmp_path, refuses_password, said
):
    with fake_postgres.listening(refuses_password=refuses_password) as port:
        assert said in _refused(home, monkeypatch, tmp_path, port=port)


def _refused(home, monkeypatch, tmp_path, *, port: int) -> str:
    """Build on a Postgres that is none; gives all that was told of it."""
    profiles = f"""
tiny:
  target: postgres
  outputs:
    postgres:
      type: postgres
      host: 127.0.0.1
      port: {port}
      user: nobody
      password: "{{{{ env_var('HANDOFF_POSTGRES_PASSWORD') }}}}"
      dbname: nowhere
      schema: main
      threads: 1
"""
    folder = tiny.project(tmp_path / "project", **{"./profiles.yml": profiles})
    monkeypatch.setenv("HANDOFF_POSTGRES_PASSWORD", "hunter2")
    with pytest.raises(EngineError) as error, runs.recorded(home, "build") as run:
        build.build_in_run(home, tiny.request(folder, target="postgres"), run, "print")
    told = str(error.value) + "".join(path.read_text() for path in run.folder.iterdir())
    assert "hunter2" not in told
    return told


@pytest.mark.bad_input("B27")
def test_b27_a_profile_that_is_missing_is_named(home, tmp_path):
    folder = tiny.project(tmp_path / "project")
    (folder / "profiles.yml").unlink()
    tiny.empty_home(home.path)
    with pytest.raises(EngineError, match="profile"), runs.recorded(home, "build") as run:
        build.build_in_run(home, tiny.request(folder), run, "print")


@pytest.mark.bad_input("B27")
def test_b27_a_variable_a_profile_needs_is_named_when_it_is_missing(home, monkeypatch, tmp_path):
    profiles = tiny.FILES["profiles.yml"].replace("HANDOFF_HOME", "HANDOFF_NOT_THERE")
    folder = tiny.project(tmp_path / "project", **{"./profiles.yml": profiles})
    tiny.empty_home(home.path)
    with pytest.raises(EngineError, match="HANDOFF_NOT_THERE"), runs.recorded(home, "b") as run:
        build.build_in_run(home, tiny.request(folder), run, "print")


def _definition(folder: Path) -> Path:
    copy = folder / "definition"
    copy.mkdir()
    for path in SHIPPED_DEFINITION.glob("*.csv"):
        (copy / path.name).write_bytes(path.read_bytes())
    return copy


@pytest.mark.bad_input("B29")
def test_b29_a_formula_where_a_number_is_due_is_refused_and_quotes_in_a_reason_are_text(tmp_path):
    home = Home.at(tmp_path / "home").create()
    folder = _definition(tmp_path)
    rules = folder / "event_rules.csv"
    good = rules.read_text()
    rules.write_text(good.replace("demo_request,,always,,50,", "demo_request,,always,,=50,", 1))
    with pytest.raises(DefinitionError, match=r"event_rules\.csv"):
        resolve(folder, home)
    said = 'They said: ""call me"", and it\'s =1+1'
    rules.write_text(
        good.replace("Asked to see the product: the", f'"{said}', 1).replace(
            "strongest thing a stranger can say", 'strongest thing a stranger can say"', 1
        )
    )
    resolved = resolve(folder, home)
    with duckdb.connect() as connection:
        found = connection.execute(
            "select reason from read_csv($path, all_varchar = true) where rule_id = 'demo_request'"
            " and definition_id = 'two_axis'",
            {"path": str(resolved / "event_rules.csv")},
        ).fetchall()
    assert found[0][0].startswith('They said: "call me", and it\'s =1+1')


ODD = ['it\'s a "place" with spaces', "päth-日本/" + "x" * 140 + "/" + "y" * 140]


@pytest.mark.bad_input("B30")
@pytest.mark.parametrize("name", ODD, ids=["quotes", "long"])
def test_b30_a_project_may_lie_at_any_path_and_be_built_from_any_other(tmp_path, name, monkeypatch):
    folder = tiny.project(tmp_path / name / "project")
    home = tiny.empty_home(tmp_path / name / "home")
    monkeypatch.chdir(tmp_path)
    with runs.recorded(home, "build") as run:
        result = build.build_in_run(home, tiny.request(folder), run, "print")
    assert result.nodes["success"] == 4


@pytest.mark.bad_input("B30")
def test_b30_a_checkout_nobody_may_write_to_is_built_from(tmp_path):
    """Root may write anywhere, so the process gives that up where it can."""
    folder = tiny.project(tmp_path / "project")
    home = tiny.empty_home(tmp_path / "home")
    for path in [folder, *folder.rglob("*")]:
        path.chmod(path.stat().st_mode & ~0o222)
    program = (
        "import sys; sys.path.insert(0, sys.argv[3])\n"
        "import tiny\nfrom handoff import build, runs\n"
        "home = tiny.Home.at(sys.argv[1])\n"
        "with runs.recorded(home, 'build') as run:\n"
        "    build.build_in_run(home, tiny.request(tiny.Path(sys.argv[2])), run, 'print')\n"
    )
    here = str(Path(tiny.__file__).parent)
    command = [sys.executable, "-c", program, str(home.path), str(folder), here]
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    done = subprocess.run(command, env=os.environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before
