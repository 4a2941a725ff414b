{#-
    is_asked_about('leads.lead_id', 'int_touched_leads') -> boolean, in the SQL of a kept table

    Whether a row is of those that `forget` took out, by the same key and the same model; true of every row where the
    table is made from nothing. The model waits for the one it names.
-#}
{% macro is_asked_about(key, asked_about) -%}
    {%- do ref(asked_about) if not execute -%}
    {%- if is_incremental() -%}
        {{ key }} in (select {{ key.split('.') | last }} from {{ ref(asked_about) }})
    {%- else -%}
        {{ key }} is not null
    {%- endif -%}
{%- endmacro %}
