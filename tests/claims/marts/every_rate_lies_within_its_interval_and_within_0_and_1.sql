{% do all_marts() -%}
{%- set no_bound = 'cast(null as ' ~ type_double() ~ ')' -%}
with

rates as (
    {%- for mart in mart_nodes() %}
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
