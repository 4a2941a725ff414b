"""When the passing of time changes a mart next: until then there is nothing to build.

Whatever as-of decides is compared with a moment. Nearly all of these are stored, as a column of
some table: a scheduled decay, a due time, a version that begins later. They are found by looking at
every such column; the few that are computed are listed here, and a midnight (UTC) ends every wait,
so that days and months need no thought. A model that reads as-of and is not listed here is not
understood: then nobody knows, and every refresh builds.
"""

import re
from datetime import datetime, timedelta
from pathlib import Path

import duckdb

from handoff.as_of import iso_text, sql_text
from handoff.engine import limits, open_file
from handoff.home import Home

SCHEMAS = ("staging", "intermediate", "marts")
READS_TIME = re.compile(
    r"\b(stg_as_of|as_of|as_of_moment|asked_as_of|HANDOFF_AS_OF|run_started_at|current_(date|time)\w*)\b"
    r"|\b(localtimestamp|getdate|sysdate)\b"
    r"|\b(now|today)\(|['\"]control['\"]",
    re.IGNORECASE,
)
# What is said to people only: a comment of Jinja never reaches a warehouse.
COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
# Models and macros that read as-of. What they compare it with is a column that is looked at, or a
# midnight, or computed as in COMPUTED below.
UNDERSTOOD = {
    # carry it
    "stg_as_of",
    "stg_refresh_attempts",
    "stg_refresh_state",
    "create_control_tables",
    "record_refresh",
    "as_of_moment",
    "asked_as_of",
    "set_as_of",
    "int_touched_leads",
    # a row begins to be seen: its own moment, in staging
    "int_account_versions",
    "int_ad_spend",
    "int_counted_events",
    "int_events",
    "is_standing",
    "int_news",
    "int_new_events",
    "int_repeated_events",
    "int_lead_versions",
    "int_opportunities",
    "int_sales_activities",
    "int_status_changes",
    "int_sales_reports",
    "mart_input_gaps",
    # a scheduled entry comes to count: the ledger and the histories made of it
    "fct_lead_scores",
    "int_held_points",
    "int_lead_scores",
    "mart_mql_queue",
    "int_lead_evidence",
    "int_peak_scores",
    # a definition begins or ends to be official: stg_definitions
    "dim_leads",
    "int_stirred_leads",
    # a promise is broken: due_at, and working time
    "int_sla_clocks",
    "mart_sla",
    # a horizon passes: mature_at, landmark_at; created_at or first_qualified_at and so many days
    "int_step_conversions",
    "int_lead_outcomes",
    "int_lead_fates",
    "mart_definition_comparison",
    "mart_speed_to_lead",
    # a horizon passes for a whole month: so many days after its end, at a midnight
    "mart_funnel_conversion",
    "mart_mql_acceptance",
    "mart_score_drift",
    "mart_source_quality_trend",
    # a day or a month begins, or is over
    "int_conversion_days",
    "int_days",
    "int_months",
    "int_time_spine",
    "mart_rule_lift",
}
# The calendar as such, and as-of itself, decide nothing.
NOT_LOOKED_AT = {
    ("int_days", "day_date"),
    ("int_time_spine", "date_day"),
    ("int_news", "from_as_of"),
    ("int_news", "to_as_of"),
}
NOT_LOOKED_AT_ANYWHERE = {"as_of"}
# The moment at which working time since the MQL uses up the promise; a second early, as it counts
# whole ones. Not in any shift listed: after the next midnight.
WORKING_TIME = """
    with waiting as (
        select
            clocks.sla_minutes * 60 + coalesce(
                shifts.seconds_before
                + datediff('second', shifts.opens_at, least(clocks.mql_at, shifts.closes_at)), 0
            ) as seconds_due
        from intermediate.int_sla_clocks as clocks
        asof left join intermediate.int_working_shifts as shifts on clocks.mql_at >= shifts.opens_at
        where clocks.business_sla_status = 'open' and clocks.first_response_at is null
    )

    select min(greatest(
        shifts.opens_at + to_seconds(waiting.seconds_due - shifts.seconds_before - 1), $as_of
    ))
    from waiting
    inner join intermediate.int_working_shifts as shifts
        on waiting.seconds_due >= shifts.seconds_before
        and waiting.seconds_due
        <= shifts.seconds_before + datediff('second', shifts.opens_at, shifts.closes_at)
    where shifts.closes_at >= $as_of
"""
HORIZON = """
    select min(moments.{column} + to_days(cast(stages.horizon_days as integer)))
    from {table} as moments
    cross join (select distinct horizon_days from staging.stg_stages) as stages
    where moments.{column} + to_days(cast(stages.horizon_days as integer)) >= $as_of
"""
COMPUTED = {
    ("int_sla_clocks", "int_working_shifts"): WORKING_TIME,
    ("int_lead_register", "stg_stages"): HORIZON.format(
        table="intermediate.int_lead_register", column="created_at"
    ),
    ("fct_lead_scores", "stg_stages"): HORIZON.format(
        table="marts.fct_lead_scores", column="first_qualified_at"
    ),
}


def not_understood(project: Path) -> list[str]:
    """Name the models and macros that read the time and are not listed here."""
    files = [path for room in ("models", "macros") for path in (project / room).rglob("*.sql")]
    names = {path.stem for path in files if _reads_time(path.read_text(encoding="utf-8"))}
    return sorted(names - UNDERSTOOD)


def _reads_time(text: str) -> bool:
    return READS_TIME.search(COMMENT.sub("", text)) is not None


def next_due_at(home: Home, as_of: datetime, project: Path) -> str | None:
    """Say before which moment every mart stays as it is, nothing new coming; None: nobody knows."""
    if not_understood(project):
        return None
    try:
        settings = limits(home.temporary)
        with open_file(home.work_db, read_only=True, settings=settings) as connection:
            moments = [_next_midnight(as_of), *_stored(connection, as_of)]
            moments += _computed(connection, as_of)
    except duckdb.Error:
        return None
    return iso_text(min(moments))


def _next_midnight(as_of: datetime) -> datetime:
    day = as_of.replace(hour=0, minute=0, second=0, microsecond=0)
    return day + timedelta(days=1)


def _stored(connection: duckdb.DuckDBPyConnection, as_of: datetime) -> list[datetime]:
    """Find the next moment in every column that holds moments.

    As-of itself is one: some things change at a moment, others just after it. A view between
    staging and marts shows moments that some table or some view of staging holds, too; after a
    build from nothing to look through those views would be to work everything out once more.
    """
    columns: dict[tuple[str, str], list[str]] = {}
    for schema, table, column in connection.execute(
        "select schema_name, table_name, column_name from duckdb_columns()"
        " where database_name = current_database() and list_contains(?, schema_name)"
        " and (schema_name, table_name) not in ("
        "   select schema_name, view_name from duckdb_views() where schema_name = 'intermediate')"
        " and (data_type like 'TIMESTAMP%' or data_type = 'DATE')"
        " order by all",
        [list(SCHEMAS)],
    ).fetchall():
        if (table, column) not in NOT_LOOKED_AT and column not in NOT_LOOKED_AT_ANYWHERE:
            columns.setdefault((schema, table), []).append(column)
    found = []
    for (schema, table), names in columns.items():
        least = ", ".join(
            f'cast(min("{name}") filter ("{name}" >= $as_of) as timestamp)' for name in names
        )
        found += _moments(connection, f'select {least} from "{schema}"."{table}"', as_of)
    return found


def _computed(connection: duckdb.DuckDBPyConnection, as_of: datetime) -> list[datetime]:
    there = {
        name
        for (name,) in connection.execute(
            "select table_name from duckdb_tables() union select view_name from duckdb_views()"
        ).fetchall()
    }
    return [
        moment
        for tables, query in COMPUTED.items()
        if there.issuperset(tables)
        for moment in _moments(connection, query, as_of)
    ]


def _moments(connection: duckdb.DuckDBPyConnection, query: str, as_of: datetime) -> list[datetime]:
    query = query.replace("$as_of", f"timestamp '{sql_text(as_of)}'")
    (row,) = connection.execute(query).fetchall()
    return [moment.replace(tzinfo=as_of.tzinfo) for moment in row if moment is not None]
