-- Read from the contracts: the whole numbers of a mart, balances included, are counts.
{% do all_marts() -%}
with

counts as (
    {%- for mart in mart_nodes() %}
    {%- for column in mart.columns.values() if column.data_type == 'bigint' %}
    select
        '{{ mart.name }}.{{ column.name }}' as mart_column,
        count(*) as rows_found
    from {{ mart.relation_name }} as marts
    where marts.{{ column.name }} < 0
    union all
    {%- endfor %}
    {%- endfor %}
    select
        'no mart' as mart_column,
        0 as rows_found
),

broken as (
    select counts.*
    from counts
    where counts.rows_found > 0
)

select * from broken
