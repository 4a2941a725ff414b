"""What of the last good build still stands is not made again; whatever is in doubt is."""

import duckdb
import pytest

import tiny
from handoff import gate, runs
from handoff.build import build_in_run
from handoff.errors import GateFailedError

FILES = {
    "./dbt_project.yml": tiny.FILES["dbt_project.yml"]
    + "    staging: {+materialized: view, +schema: staging, +tags: [stands]}\n"
    + "seeds: {+schema: definition, +quote_columns: false}\n",
    "seeds/definition/axes.csv": "axis,points\nfit,10\nintent,20\n",
    "models/staging/definition/stg_axes.sql": "select axis, points from {{ ref('axes') }}",
    "models/staging/definition/axes.yml": """
models:
  - name: stg_axes
    columns:
      - name: axis
        data_tests: [unique]
""",
    "models/staging/raw/stg_axes_of_leads.sql": "select axis from {{ ref('stg_axes') }}",
    "models/dim_axes.sql": "select axis, points from {{ ref('stg_axes') }}",
    "tests/every_axis_is_told.sql": """
select stg_axes.axis from {{ ref('stg_axes') }} as stg_axes
left join {{ ref('dim_axes') }} as dim_axes on stg_axes.axis = dim_axes.axis
where dim_axes.axis is null
""",
}
ALL, WHAT_HAS_DATA = {"success": 8, "pass": 4}, {"success": 5, "pass": 3}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tiny.project(tmp_path_factory.mktemp("project"), **FILES)


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    return tiny.empty_home(tmp_path_factory.mktemp("home"))


@pytest.fixture
def build(folder, kept):
    """Build the project, some files of it changed, and put them back afterwards."""

    def run_build(changed=None, **asked):
        tiny.project(folder, **FILES | (changed or {}))
        with runs.recorded(kept, "build") as run:
            return build_in_run(kept, tiny.request(folder, **asked), run, "print").nodes

    yield run_build
    tiny.project(folder, **FILES)


def _change(home, statement):
    with duckdb.connect(str(home.work_db)) as connection:
        connection.execute(statement)


def _axes(home):
    with duckdb.connect(str(home.work_db), read_only=True) as connection:
        return connection.execute("select * from marts.dim_axes order by axis").fetchall()


def test_seeds_views_and_their_tests_are_left_out_and_no_test_of_data_is(build, kept):
    build()
    assert build() == WHAT_HAS_DATA
    assert _axes(kept) == [("fit", 10), ("intent", 20)]
    assert build() == WHAT_HAS_DATA


def test_a_full_refresh_makes_all(build):
    build()
    assert build(full_refresh=True) == ALL


@pytest.mark.parametrize("name", ["seeds/definition/axes.csv", "models/staging/raw/stg_new.sql"])
def test_a_changed_definition_or_model_makes_all(build, kept, folder, name):
    build()
    text = "axis,points\nfit,11\nintent,20\n" if name.endswith(".csv") else "select 1 as axis"
    assert build({name: text})["success"] >= ALL["success"]
    assert _axes(kept)[0] == ("fit", 11 if name.endswith(".csv") else 10)
    if name not in FILES:
        (folder / name).unlink()


@pytest.mark.parametrize(
    "by_hand",
    [
        "update definition.axes set points = 99 where axis = 'fit'",
        "drop table definition.axes cascade",
        "create or replace view staging.stg_axes as select 'fit' as axis, 99 as points",
        "drop view staging.stg_axes_of_leads",
    ],
)
def test_what_was_changed_by_hand_is_made_anew(build, kept, by_hand):
    build()
    _change(kept, by_hand)
    assert build() == ALL
    assert _axes(kept) == [("fit", 10), ("intent", 20)]


def test_after_a_build_that_did_not_pass_or_only_with_warnings_all_is_made(build, kept):
    doubled = {"dim_leads": "select 'lead 1' as lead_id, 'email' as channel from range(3)"}
    with pytest.raises(GateFailedError):
        build(doubled)
    assert build() == ALL
    warning = "{{ config(severity='warn') }} select 1 as axis"
    build({"tests/warned.sql": warning})
    assert gate.read(kept).warnings == 1
    assert build({"tests/warned.sql": warning})["success"] == ALL["success"]
