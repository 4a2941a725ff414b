{#- type_double() -> the warehouse's 64-bit float; dbt.type_float() is 32-bit on some. For rates only. -#}
{% macro type_double() %}{{ return(adapter.dispatch('type_double', 'handoff')()) }}{% endmacro %}

{% macro default__type_double() %}{{ return('double precision') }}{% endmacro %}

{% macro spark__type_double() %}{{ return('double') }}{% endmacro %}

{% macro bigquery__type_double() %}{{ return('float64') }}{% endmacro %}
