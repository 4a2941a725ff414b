{#-
    repeated_keys(relation, columns, condition) -> query for the values of these columns that several rows agree on

    Null agrees with null. `condition`: SQL that narrows which rows are asked, or none.
-#}
{% macro repeated_keys(relation, columns, condition=none) -%}
    {{ return(adapter.dispatch('repeated_keys', 'handoff')(relation, columns, condition)) }}
{%- endmacro %}

{% macro default__repeated_keys(relation, columns, condition) -%}
    select {{ columns | join(', ') }}
    from {{ relation }}
    {%- if condition %}
    where {{ condition }}
    {%- endif %}
    group by {{ columns | join(', ') }}
    having count(*) > 1
{%- endmacro %}

{#- Rows that agree have one hash: to group by it costs a third. A view would be worked out twice for it. -#}
{% macro duckdb__repeated_keys(relation, columns, condition) -%}
    {%- set found = load_relation(relation) if execute and relation is not string -%}
    {%- if found and found.is_table -%}
        {%- set hashed = short_hash(columns | join(', ')) -%}
        {%- set repeated = handoff.default__repeated_keys(relation, [hashed], condition) -%}
        {{ handoff.default__repeated_keys(relation, columns, hashed ~ ' in (' ~ repeated ~ ')') }}
    {%- else -%}
        {{ handoff.default__repeated_keys(relation, columns, condition) }}
    {%- endif -%}
{%- endmacro %}
