{#-
    column_text('events', 'value', 'decimal(28, 8)') -> SQL for a typed column as comparable text

    Numbers without trailing zeros, true and false in lower case, moments as 2026-07-01 06:30:00.
-#}
{% macro column_text(relation, name, type) -%}
    {%- set column = relation ~ '.' ~ name -%}
    {%- if type == 'boolean' -%}
        case when {{ column }} then 'true' when not {{ column }} then 'false' end
    {%- elif type.startswith('decimal') -%}
        {{ decimal_text(column) }}
    {%- elif type == dbt.type_timestamp() -%}
        {{ moment_text(column) }}
    {%- elif type == dbt.type_string() -%}
        {{ comparable_text(column) }}
    {%- else -%}
        cast({{ column }} as {{ dbt.type_string() }})
    {%- endif -%}
{%- endmacro %}
