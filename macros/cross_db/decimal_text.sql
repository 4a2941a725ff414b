{#- decimal_text('events.value') -> '50' for 50.0000, '0.5' for 0.5000: no trailing zeros, no bare point. -#}
{% macro decimal_text(number) %}{{ return(adapter.dispatch('decimal_text', 'handoff')(number)) }}{% endmacro %}

{% macro default__decimal_text(number) -%}
    trim(trailing '.' from trim(trailing '0' from cast({{ number }} as {{ dbt.type_string() }})))
{%- endmacro %}
