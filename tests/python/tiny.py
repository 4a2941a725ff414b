"""A project of a few models, and homes made from it: what running is tested on, in seconds.

The real models are tested by dbt itself; here only what happens around them matters.
"""

from datetime import UTC, datetime
from pathlib import Path

import duckdb

from handoff import gate
from handoff.build import BuildRequest
from handoff.home import Home

AS_OF = datetime(2026, 7, 1, tzinfo=UTC)
AS_OF_TEXT = "2026-07-01T00:00:00Z"
LEADS = "lead_id,created_at\nL1,2026-01-01\n"  # of a landing folder

FILES = {
    "dbt_project.yml": """
name: tiny
version: "1.0"
profile: tiny
seed-paths: [seeds/definition]
flags: {send_anonymous_usage_stats: false}
models:
  tiny:
    +materialized: table
    +schema: marts
""",
    "profiles.yml": """
tiny:
  target: duckdb
  outputs:
    duckdb:
      type: duckdb
      path: "{{ env_var('HANDOFF_HOME') }}/work.duckdb"
      threads: 2
      settings: {TimeZone: UTC}
""",
    "macros/generate_schema_name.sql": """
{% macro generate_schema_name(name, node) %}{{ name or target.schema }}{% endmacro %}
""",
    "models/dim_leads.sql": """
select
    'lead ' || range as lead_id,
    case when range % 2 = 0 then 'email' else 'events' end as channel,
    cast('{{ env_var("HANDOFF_AS_OF") }}' as timestamp) as as_of,
    cast(range as decimal(18, 2)) as total_score
from range(10)
""",
    "models/fct_lead_stages.sql": """
select lead_id, 'lead' as stage, 0 as rank from {{ ref('dim_leads') }}
union all
select lead_id, 'mql' as stage, 2 as rank from {{ ref('dim_leads') }} where channel = 'email'
""",
    "models/mart_funnel_conversion.sql": """
select
    'all' as dimension, 'lead' as from_stage, 'mql' as to_stage,
    count(*) as entered_observed, count(*) filter (where channel = 'email') as converted_observed,
    count(*) as entered_reached, count(*) filter (where channel = 'email') as converted_reached,
    0 as mature_entered, 0 as mature_converted
from {{ ref('dim_leads') }}
""",
    "models/mart_lead_source_quality.sql": """
select
    'channel' as level, channel, count(*) as leads, 5 as mqls, 2 as sqls, 1 as customers,
    0.4 as mql_to_sql_rate, 0.1 as mql_to_sql_low, 0.7 as mql_to_sql_high,
    0.2 as lead_to_customer_rate, cast(null as double) as cost_per_customer,
    true as is_small_sample
from {{ ref('dim_leads') }}
group by channel
union all
select 'all', null, count(*), 5, 2, 1, 0.4, 0.1, 0.7, 0.1, 12.5, false from {{ ref('dim_leads') }}
""",
    "models/marts.yml": """
models:
  - name: dim_leads
    columns:
      - name: lead_id
        data_tests: [unique]
""",
    "tests/assert_leads_have_ids.sql": """
select * from {{ ref('dim_leads') }} where lead_id is null
""",
    "suites/dim_leads.yml": """
- type: ExpectTableRowCountToBeBetween
  min_value: 1
- type: ExpectTableRowCountToBeBetween
  min_share_of_published: 0.5
  max_share_of_published: 50
  severity: warning
  reason: Half gone is seldom news.
- type: ExpectColumnValuesToNotMatchRegex
  every_text_column: true
  regex: '[^\\s@]+@[^\\s@]+\\.[^\\s@]+'
  reason: Marts carry no e-mail address.
""",
    "suites/across_marts.yml": """
- type: ExpectColumnValuesToBeBetween
  query: select count(*) as leads from marts.dim_leads
  column: leads
  min_value: 0
- type: ExpectColumnValuesToBeBetween
  query: |
    select abs(now.leads - before.leads) as moved
    from (select count(*) as leads from marts.dim_leads) as now
    cross join (select count(*) as leads from published.marts.dim_leads) as before
  against: published
  column: moved
  max_value: 50
  severity: warning
  reason: Leads do not come by the fifty.
""",
    "suites/fct_lead_stages.yml": "- {type: ExpectTableRowCountToBeBetween, min_value: 1}",
    "suites/mart_funnel_conversion.yml": "- {type: ExpectTableRowCountToBeBetween, min_value: 1}",
    "suites/mart_lead_source_quality.yml": "- {type: ExpectTableRowCountToBeBetween, min_value: 1}",
}


def project(folder: Path, **changed: str) -> Path:
    """Write the project; `changed` replaces models by name, other files by their path."""
    given = {name if "/" in name else f"models/{name}.sql": text for name, text in changed.items()}
    files = FILES | given
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def request(folder: Path, **asked: object) -> BuildRequest:
    """Ask for a build of the project in `folder`, as of the fixed moment."""
    return BuildRequest(**({"as_of": AS_OF, "project": folder} | asked))


def landing(folder: Path) -> Path:
    """Make a landing folder that holds one lead."""
    folder.mkdir()
    (folder / "leads.csv").write_text(LEADS)
    return folder


def empty_home(folder: Path) -> Home:
    """Make a home whose working database exists and is empty, as after a load of nothing."""
    home = Home.at(folder).create()
    with duckdb.connect() as connection:
        path = str(home.work_db).replace("'", "''")
        connection.execute(f"attach '{path}' as work (storage_version 'v1.4.0')")
    return home


def home_with_marts(folder: Path, *, leads: int = 10, state: str = gate.AUDITED) -> Home:
    """Make a home with one mart in a given state, without dbt."""
    home = empty_home(folder)
    fill(home, leads=leads, state=state)
    return home


def fill(home: Home, *, leads: int, state: str = gate.AUDITED, run_id: str = "run-1") -> None:
    """Put one mart of so many leads into a home, and the gate into a state."""
    with duckdb.connect(str(home.work_db)) as connection:
        connection.execute("create schema if not exists marts")
        connection.execute("create schema if not exists raw")
        connection.execute("create or replace table raw.leads as select 'a@example.com' as email")
        connection.execute(
            "create or replace table marts.dim_leads as"
            f" select 'lead ' || range as lead_id, 'email' as channel from range({leads})"
        )
        connection.execute("comment on table marts.dim_leads is 'One row per lead.'")
        connection.execute("comment on column marts.dim_leads.lead_id is 'The lead''s key.'")
    gate.write(
        home, gate.Gate(state, run_id, AS_OF_TEXT, "print", AS_OF_TEXT, {"dim_leads": leads})
    )
