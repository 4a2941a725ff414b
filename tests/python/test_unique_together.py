"""The claim that no two rows agree on some columns: it finds them, in tables and in views."""

import pytest

import tiny
from handoff import build, runs
from handoff.errors import GateFailedError
from handoff.home import PROJECT_DIR

CLAIM = "tests/generic/unique_together.sql"
MACROS = ("macros/cross_db/repeated_keys.sql", "macros/cross_db/short_hash.sql")
CLAIMED = """
models:
  - name: pairs
    data_tests:
      - unique_together: {arguments: {columns: [one, other]}}
  - name: new_pairs
    data_tests:
      - unique_together: {arguments: {columns: [one, other], among: ref('news'), key: one}}
  - name: singles
    data_tests:
      - unique_together: {arguments: {columns: [one]}}
"""
UNIQUE = "select 'a' as one, 1 as other union all select 'a', 2 union all select null, 1"
TWICE = UNIQUE + " union all select 'a', 2"
NULL_TWICE = UNIQUE + " union all select null, 1"
VIEW = "{{ config(materialized='view') }} "


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return tiny.empty_home(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    return tmp_path_factory.mktemp("project")


@pytest.fixture
def broken(home, project):
    """Build the models given in the place of ones that hold; say which claims were broken."""

    def found(**changed):
        models = {
            "pairs": UNIQUE,
            "new_pairs": TWICE,
            "news": "select 'b' as one",
            "singles": "select 'a' as one",
        }
        settings = tiny.FILES["dbt_project.yml"].replace("name: tiny", "name: handoff")
        settings = settings.replace("  tiny:", "  handoff:")
        texts = {path: (PROJECT_DIR / path).read_text() for path in (*MACROS, CLAIM)}
        tiny.project(
            project,
            **{"./dbt_project.yml": settings, "models/claims.yml": CLAIMED},
            **texts,
            **models | changed,
        )
        with runs.recorded(home, "build") as run:
            try:
                build.build_in_run(home, tiny.request(project), run, "print")
            except GateFailedError as error:
                return [one["node"] for one in error.details if one["kind"] == "test"]
        return []

    return found


def test_rows_that_differ_somewhere_are_unique(broken):
    assert broken() == []
    assert broken(pairs=VIEW + UNIQUE) == []


@pytest.mark.parametrize("rows", [TWICE, NULL_TWICE])
@pytest.mark.parametrize("kind", ["", VIEW])
def test_rows_that_agree_on_all_are_found_and_null_agrees_with_null(broken, rows, kind):
    (name,) = broken(pairs=kind + rows)
    assert name.startswith("unique_together_pairs")


def test_of_the_keys_asked_about_alone(broken):
    (name,) = broken(news="select 'a' as one")
    assert name.startswith("unique_together_new_pairs")


def test_one_column_is_enough(broken):
    (name,) = broken(singles="select 'a' as one from range(2)")
    assert name.startswith("unique_together_singles")
