-- Read from the contracts: where a count `mature_x` of a mart stands beside `x`, or `x_observed`, it is
-- a part of it.
{% do all_marts() -%}
with

pairs as (
    {%- for mart in mart_nodes() %}
    {%- for mature in mart.columns if 'mature_' in mature and mart.columns[mature].data_type == 'bigint' %}
    {%- set bare = mature | replace('mature_', '') %}
    {%- for raw in [bare, bare ~ '_observed'] if raw in mart.columns %}
    select
        '{{ mart.name }}.{{ mature }}' as mart_column,
        count(*) as rows_found
    from {{ mart.relation_name }} as marts
    where marts.{{ mature }} > marts.{{ raw }}
    union all
    {%- endfor %}
    {%- endfor %}
    {%- endfor %}
    select
        'no mart' as mart_column,
        0 as rows_found
),

broken as (
    select pairs.*
    from pairs
    where pairs.rows_found > 0
)

select * from broken
