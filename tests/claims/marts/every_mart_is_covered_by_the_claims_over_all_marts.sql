{% set covered = all_marts() -%}
with

forgotten as (
    {%- for mart in mart_nodes() if mart.name not in covered %}
    select '{{ mart.name }} is missing in macros/checks/all_marts.sql' as mart
    union all
    {%- endfor %}
    select cast(null as {{ dbt.type_string() }}) as mart
)

select forgotten.mart
from forgotten
where forgotten.mart is not null
