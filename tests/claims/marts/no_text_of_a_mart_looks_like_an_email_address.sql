-- Whatever column it slipped into: campaign names come from links that anybody can write. dbt must be told
-- which marts to build before this test: a new one is named below, and is an offending row until it is.
-- depends_on: {{ ref('dim_leads') }}
-- depends_on: {{ ref('fct_alerts') }}
-- depends_on: {{ ref('fct_lead_scores') }}
-- depends_on: {{ ref('fct_lead_stages') }}
-- depends_on: {{ ref('fct_sales_decisions') }}
-- depends_on: {{ ref('fct_score_reasons') }}
-- depends_on: {{ ref('mart_definition_comparison') }}
-- depends_on: {{ ref('mart_funnel_conversion') }}
-- depends_on: {{ ref('mart_input_gaps') }}
-- depends_on: {{ ref('mart_lead_source_quality') }}
-- depends_on: {{ ref('mart_mql_queue') }}
-- depends_on: {{ ref('mart_mql_vs_pql') }}
-- depends_on: {{ ref('mart_routing_coverage') }}
-- depends_on: {{ ref('mart_sla') }}
-- depends_on: {{ ref('mart_speed_to_lead') }}
{% set marts = graph.nodes.values() | selectattr('resource_type', 'equalto', 'model')
    | selectattr('schema', 'equalto', 'marts') | list if execute else [] -%}
with

-- where it is, not what it says: offending rows are shown and may be stored
findings as (
    {%- for mart in marts if mart.unique_id in model.depends_on.nodes %}
    {%- for column in mart.columns.values() if column.data_type in ['text', 'string', 'varchar'] %}
    select '{{ mart.name }}.{{ column.name }}' as mart_column
    from {{ mart.relation_name }} as marts
    where
        marts.{{ column.name }} like '%_@_%._%'
        and marts.{{ column.name }} not like '%@ %'
        and marts.{{ column.name }} not like '% @%'
    union all
    {%- endfor %}
    {%- endfor %}
    {%- for mart in marts if mart.unique_id not in model.depends_on.nodes %}
    select '{{ mart.name }} is not named in depends_on' as mart_column
    union all
    {%- endfor %}
    select cast(null as {{ dbt.type_string() }}) as mart_column
)

select
    findings.mart_column,
    count(*) as rows_found
from findings
where findings.mart_column is not null
group by findings.mart_column
