{#- moment_text('leads.updated_at') -> '2026-07-01 06:30:00': a moment in UTC as text, whole seconds. -#}
{% macro moment_text(moment) %}{{ return(adapter.dispatch('moment_text', 'handoff')(moment)) }}{% endmacro %}

{% macro default__moment_text(moment) -%}
    to_char({{ moment }}, 'YYYY-MM-DD HH24:MI:SS')
{%- endmacro %}

{% macro duckdb__moment_text(moment) -%}
    strftime({{ moment }}, '%Y-%m-%d %H:%M:%S')
{%- endmacro %}

{% macro spark__moment_text(moment) -%}
    date_format({{ moment }}, 'yyyy-MM-dd HH:mm:ss')
{%- endmacro %}
