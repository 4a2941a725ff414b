{#- days_between('entered_at', 'converted_at') -> days and parts of a day, to the second, as a double. -#}
{% macro days_between(from_at, to_at) -%}
    {{ dbt.datediff(from_at, to_at, 'second') }} / cast(86400 as {{ type_double() }})
{%- endmacro %}
