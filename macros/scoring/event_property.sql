{#-
    event_property('events', 'rules.property') -> comparable text of what a rule names

    A name that is a column of the events table is that column; any other is a key of `properties`.
    Null where the rule names nothing.
-#}
{% macro event_property(events, name) -%}
    case
        when {{ name }} is null then null
        {%- for column, type in raw_table_columns()['events'] if column != 'properties' %}
        when {{ name }} = '{{ column }}' then {{ column_text(events, column, type) }}
        {%- endfor %}
        else {{ comparable_text(json_text(events ~ '.properties', name)) }}
    end
{%- endmacro %}
