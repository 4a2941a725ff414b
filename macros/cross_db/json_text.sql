{#-
    json_text('events.properties', 'event_rules.property') -> the value of a top-level key as text

    Strings come unquoted, true and false in lower case, a missing key or a JSON null as null. The key
    is an expression, so that rules can name it row by row.
-#}
{% macro json_text(json, key) %}{{ return(adapter.dispatch('json_text', 'handoff')(json, key)) }}{% endmacro %}

{% macro default__json_text(json, key) -%}
    get_json_object({{ json }}, '$[''' || {{ key }} || ''']')
{%- endmacro %}

{% macro duckdb__json_text(json, key) -%}
    json_extract_string({{ json }}, '/' || replace(replace({{ key }}, '~', '~0'), '/', '~1'))
{%- endmacro %}

{% macro postgres__json_text(json, key) -%}
    (cast({{ json }} as json) ->> {{ key }})
{%- endmacro %}
