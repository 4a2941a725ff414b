-- Of every mart, whatever it is called. dbt must be told which marts to build before this test: a new one is
-- named below, and is an offending row until it is.
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
{%- set no_bound = 'cast(null as ' ~ type_double() ~ ')' -%}
with

rates as (
    {%- for mart in marts if mart.unique_id in model.depends_on.nodes %}
    {%- for rate in mart.columns if rate.endswith('_rate') %}
    {%- set low, high = rate[:-5] ~ '_low', rate[:-5] ~ '_high' %}
    select
        '{{ mart.name }}.{{ rate }}' as mart_column,
        marts.{{ rate }} as rate,
        {{ 'marts.' ~ low if low in mart.columns else no_bound }} as low,
        {{ 'marts.' ~ high if high in mart.columns else no_bound }} as high
    from {{ mart.relation_name }} as marts
    union all
    {%- endfor %}
    {%- endfor %}
    {%- for mart in marts if mart.unique_id not in model.depends_on.nodes %}
    select
        '{{ mart.name }} is not named in depends_on' as mart_column,
        cast(-1 as {{ type_double() }}) as rate,
        {{ no_bound }} as low,
        {{ no_bound }} as high
    union all
    {%- endfor %}
    select
        'no mart' as mart_column,
        {{ no_bound }} as rate,
        {{ no_bound }} as low,
        {{ no_bound }} as high
),

broken as (
    select
        rates.mart_column,
        rates.rate,
        rates.low,
        rates.high
    from rates
    where
        rates.rate < 0
        or rates.rate > 1
        or rates.low < 0
        or rates.high > 1
        or rates.low > rates.rate
        or rates.high < rates.rate
        or (rates.rate is null) <> (rates.low is null)
        or (rates.rate is null) <> (rates.high is null)
)

select * from broken
