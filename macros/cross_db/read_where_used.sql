{#-
    read_where_used() -> the words between `as` and `(` of a step of a `with` that is to be worked out where it is read

    An engine may keep whole, in memory, what two steps read: of a scan of millions of rows that costs more than to
    read them twice. It says nothing about figures: the rows are the same either way.

        entries as {{ read_where_used() }} (
-#}
{% macro read_where_used() -%}
    {{ return(adapter.dispatch('read_where_used', 'handoff')()) }}
{%- endmacro %}

{#- Engines without the words decide by themselves. -#}
{% macro default__read_where_used() -%}
{%- endmacro %}

{% macro duckdb__read_where_used() -%}
    not materialized
{%- endmacro %}

{% macro postgres__read_where_used() -%}
    not materialized
{%- endmacro %}
