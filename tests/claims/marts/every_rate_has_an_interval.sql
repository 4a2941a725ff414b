-- Read from the contracts: a column `x_rate` of a mart has `x_low` and `x_high` beside it.
with

bare_rates as (
    {%- for mart in mart_nodes() %}
    {%- for rate in mart.columns if rate.endswith('_rate') %}
    {%- if rate[:-5] ~ '_low' not in mart.columns or rate[:-5] ~ '_high' not in mart.columns %}
    select '{{ mart.name }}.{{ rate }}' as mart_column
    union all
    {%- endif %}
    {%- endfor %}
    {%- endfor %}
    select cast(null as {{ dbt.type_string() }}) as mart_column
)

select bare_rates.mart_column
from bare_rates
where bare_rates.mart_column is not null
