{#- raw_columns('events', 'standing', except=['lead_id']) -> "standing.event_id, ...": a table's columns by name. -#}
{% macro raw_columns(table, relation, except=[]) -%}
    {%- for name, type in raw_table_columns()[table] if name not in except -%}
        {{ relation }}.{{ name }}{{ ',\n        ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}
