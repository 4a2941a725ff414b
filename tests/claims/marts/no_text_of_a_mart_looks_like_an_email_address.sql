-- Whatever column it slipped into: campaign names come from links that anybody can write.
{% do all_marts() -%}
with

-- where it is, not what it says: offending rows are shown and may be stored
findings as (
    {%- for mart in mart_nodes() %}
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
    select cast(null as {{ dbt.type_string() }}) as mart_column
)

select
    findings.mart_column,
    count(*) as rows_found
from findings
where findings.mart_column is not null
group by findings.mart_column
