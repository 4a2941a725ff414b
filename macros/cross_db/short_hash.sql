{#-
    short_hash('events.event_id') -> eight bytes that are the same where the text is the same

    Rows that share one are few, and can be looked at one by one: to group many millions by it costs a good deal less
    than to group them by the text. An engine without one gives the text itself.
-#}
{% macro short_hash(expression) -%}
    {{ return(adapter.dispatch('short_hash', 'handoff')(expression)) }}
{%- endmacro %}

{% macro default__short_hash(expression) -%}
    {{ expression }}
{%- endmacro %}

{% macro duckdb__short_hash(expression) -%}
    hash({{ expression }})
{%- endmacro %}
