"""When the passing of time changes a mart next: never later than it does."""

from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import pytest

import demo
import tiny
from handoff import due, gate, runs
from handoff.build import BuildRequest, build_in_run
from handoff.home import PROJECT_DIR, Home
from handoff.load import load_landing

SECOND = timedelta(seconds=1)
INTERVALS = 3


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Home:
    """Load a small demo company: few leads, so that there are moments at which nothing changes."""
    landing = demo.generate(tmp_path_factory.mktemp("landing"), leads=40)
    found = Home.at(tmp_path_factory.mktemp("home")).create()
    load_landing(landing, found)
    return found


def build(home: Home, as_of: datetime, *, anew: bool = False) -> datetime:
    """Build as of a moment; say what was found to be due next."""
    with demo.models_only(), runs.recorded(home, "build") as run:
        build_in_run(home, BuildRequest(as_of, full_refresh=anew), run, "print")
    return datetime.fromisoformat(gate.read(home).next_due_at)


def marts(home: Home) -> dict[str, list[tuple]]:
    """Give every row of every mart but for columns that hold as-of itself."""
    found = {}
    with duckdb.connect(str(home.work_db), read_only=True) as connection:
        connection.execute("set TimeZone = 'UTC'")
        for (table,) in connection.execute(
            "select table_name from duckdb_tables() where schema_name = 'marts'"
        ).fetchall():
            columns = connection.execute(
                "select string_agg('\"' || column_name || '\"', ', ' order by column_index)"
                " from duckdb_columns() where schema_name = 'marts' and table_name = ?"
                " and column_name <> 'as_of'",
                [table],
            ).fetchone()[0]
            rows = connection.execute(f"select {columns} from marts.{table}").fetchall()
            found[table] = sorted(rows, key=repr)
    return found


def test_until_the_moment_that_is_due_no_row_of_any_mart_changes(home):
    """Build, build again just before what is due, and just after it; go on from there."""
    as_of, quiet, changed = datetime(2026, 6, 24, 9, 13, 7, tzinfo=tiny.AS_OF.tzinfo), 0, 0
    next_due = build(home, as_of)
    while quiet < INTERVALS:
        before = marts(home)
        assert as_of <= next_due <= as_of + timedelta(days=1)
        if next_due - SECOND > as_of:
            assert build(home, next_due - SECOND) == next_due
            after = marts(home)
            assert [name for name in before if before[name] != after[name]] == []
            quiet += 1
        as_of = next_due + SECOND
        next_due = build(home, as_of)
        changed += marts(home) != before
    # What is found due is not just anything: something does change then, now and then.
    assert changed > 0


# What was scheduled for after a reset never comes to be.
SCHEDULED = "(select * from {} where coalesce(entry_at < reset_at, true))"


def moments(connection: duckdb.DuckDBPyConnection, *, left_out: bool) -> str:
    """Write the query for the moments in the columns that are looked at, or in the others."""
    columns = connection.execute(
        "select columns.schema_name, columns.table_name, columns.column_name"
        " from duckdb_columns() as columns left join duckdb_views() as views"
        " on columns.schema_name = views.schema_name and columns.table_name = views.view_name"
        " where columns.schema_name in ('staging', 'intermediate', 'marts')"
        " and (columns.data_type like 'TIMESTAMP%' or columns.data_type = 'DATE')"
        " and (columns.schema_name = 'intermediate' and views.view_name is not null) = ?"
        " order by all",
        [left_out],
    ).fetchall()
    assert columns
    tables = {"int_scheduled_entries": SCHEDULED.format("intermediate.int_scheduled_entries")}
    return " union ".join(
        f"select cast({column} as timestamp) as moment"
        f" from {tables.get(table, f'{schema}.{table}')}"
        for schema, table, column in columns
    )


def test_a_view_that_is_not_looked_through_shows_only_moments_that_others_hold(home):
    build(home, datetime(2026, 6, 24, 9, 13, 7, tzinfo=tiny.AS_OF.tzinfo), anew=True)
    with duckdb.connect(str(home.work_db), read_only=True) as connection:
        connection.execute("set TimeZone = 'UTC'")
        shown, held = (moments(connection, left_out=one) for one in (True, False))
        (count,) = connection.execute(f"select count(*) from ({shown})").fetchone()
        alone = connection.execute(f"({shown}) except ({held}) order by 1").fetchall()
    assert count > 100
    assert [moment for (moment,) in alone if moment is not None] == []


def test_every_model_that_reads_the_time_is_understood():
    assert due.not_understood(PROJECT_DIR) == [], (
        "read as-of, and nobody has said when that changes a row: see `Add a mart`, step 6, in"
        " CONTRIBUTING.md"
    )


def test_no_model_is_said_to_read_the_time_that_does_not_exist():
    files = {path.stem for room in ("models", "macros") for path in (PROJECT_DIR / room).rglob("*")}
    assert due.UNDERSTOOD - files == set()


@pytest.mark.parametrize(
    "text",
    [
        "select * from {{ ref('stg_as_of') }}",
        "select max(as_of) from {{ ref('fct_lead_scores') }}",
        "select '{{ env_var('HANDOFF_AS_OF') }}'",
        "select current_timestamp",
        "select now()",
        "select {{ dbt.current_timestamp() }}",
        "select * from {{ source('control', 'refresh_state') }}",
    ],
)
def test_with_a_model_that_is_not_understood_nobody_knows_what_is_due(tmp_path, text):
    home = tiny.home_with_marts(tmp_path / "home")
    timeless = {"dim_leads": "select 'x' as lead_id"}
    project = tiny.project(tmp_path / "project", **timeless)
    assert due.next_due_at(home, tiny.AS_OF, project) is not None
    tiny.project(project, mart_new=text, **timeless)
    assert due.not_understood(project) == ["mart_new"]
    assert due.next_due_at(home, tiny.AS_OF, project) is None


@pytest.mark.parametrize(
    "text",
    ["{#- from_at, as_of -#} select 1 as n", "select 'mql' as current_stage"],
)
def test_what_only_speaks_of_time_is_nothing_to_understand(tmp_path, text):
    project = tiny.project(tmp_path / "project", dim_leads="select 'x' as lead_id", mart_new=text)
    assert due.not_understood(project) == []


@pytest.fixture
def empty(tmp_path) -> Home:
    return tiny.empty_home(tmp_path / "home")


@pytest.fixture
def work(tmp_path, empty):
    """Put moments into a work database, of a project that does not read the time."""
    project = tiny.project(tmp_path / "project", dim_leads="select 'x' as lead_id")

    def next_due(*statements: str, as_of: datetime = tiny.AS_OF) -> str:
        with duckdb.connect(str(empty.work_db)) as connection:
            for schema in due.SCHEMAS:
                connection.execute(f"create schema if not exists {schema}")
            for statement in statements:
                connection.execute(statement)
        return due.next_due_at(empty, as_of, Path(project))

    return next_due


def test_with_nothing_to_wait_for_the_next_midnight_is_due(work):
    assert work(as_of=tiny.AS_OF + timedelta(hours=9)) == "2026-07-02T00:00:00Z"


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("timestamp '2026-07-01 04:00:00.5'", "2026-07-01T04:00:00.500000Z"),
        ("timestamptz '2026-07-01 06:00:00+02'", "2026-07-01T04:00:00Z"),
        ("timestamp '2026-06-30 23:59:59'", "2026-07-02T00:00:00Z"),
        # Some things change just after their moment.
        ("timestamp '2026-07-01 00:00:00'", "2026-07-01T00:00:00Z"),
    ],
)
def test_the_next_moment_of_any_column_is_due(work, moment, expected):
    assert work(f"create table intermediate.x as select 1 as n, {moment} as at") == expected


def test_a_version_that_begins_when_it_was_loaded_is_due(work):
    """Loading ends after as-of, which is when the run began."""
    view = "create view staging.stg_leads as select timestamp '2026-07-01 00:00:03' as version_at"
    assert work(view) == "2026-07-01T00:00:03Z"


def test_a_horizon_that_passes_is_due(work):
    stages = "create table staging.stg_stages as select 30 as horizon_days union select 90"
    leads = "create table intermediate.int_lead_register as select timestamp '{}' as created_at"
    assert work(stages, leads.format("2026-06-01 07:00:00")) == "2026-07-01T07:00:00Z"


SHIFTS = """
    create table intermediate.int_working_shifts as select * from (values
        (timestamp '2026-06-30 08:00:00', timestamp '2026-06-30 16:00:00', 0),
        (timestamp '2026-07-01 08:00:00', timestamp '2026-07-01 16:00:00', 28800)
    ) as t (opens_at, closes_at, seconds_before)
"""
CLOCK = """
    create table intermediate.int_sla_clocks as select
        timestamp '{}' as mql_at, {} as sla_minutes, 'open' as business_sla_status,
        cast(null as timestamp) as first_response_at
"""


@pytest.mark.parametrize(
    ("mql_at", "minutes", "as_of_hour", "expected"),
    [
        # An hour is left of the day before; the second begins at eight.
        ("2026-06-30 15:00:00", 120, 0, "2026-07-01T08:59:59Z"),
        ("2026-06-30 15:00:00", 90, 7, "2026-07-01T08:29:59Z"),
        ("2026-06-30 20:00:00", 60, 7, "2026-07-01T08:59:59Z"),
    ],
)
def test_a_promise_in_working_time_is_due_when_that_is_used_up(
    work, empty, mql_at, minutes, as_of_hour, expected
):
    work(SHIFTS, CLOCK.format(mql_at, minutes))
    # The ends of the shifts are moments too, and earlier; here only the promise is asked about.
    with duckdb.connect(str(empty.work_db)) as connection:
        as_of = tiny.AS_OF + timedelta(hours=as_of_hour)
        (moment,) = due._moments(connection, due.WORKING_TIME, as_of)
    assert moment == datetime.fromisoformat(expected)
