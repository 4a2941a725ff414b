{#-
    content_order('leads', 'versions', except=['lead_id']) -> "versions.created_at nulls last, ..."

    The order that decides which of several rows with one key stands: every column of the raw table in
    the contract's order, ascending, blank last. It looks at content only, never at when a row was loaded.
-#}
{% macro content_order(table, relation, except=[]) -%}
    {%- for name, type in raw_table_columns()[table] if name not in except -%}
        {{ relation }}.{{ name }} nulls last{{ ', ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}
