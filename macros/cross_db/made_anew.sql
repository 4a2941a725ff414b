{#-
    made_anew(existing_relation, target_relation, compiled_code) -> DDL: the old table or view goes, the new one comes

    For the materializations on DuckDB, within their one transaction.
-#}
{% macro made_anew(existing_relation, target_relation, compiled_code) -%}
    {% if existing_relation is not none -%}
    drop {{ existing_relation.type }} if exists {{ existing_relation }};
    {% endif -%}
    {{ create_table_as(False, target_relation, compiled_code) }}
{%- endmacro %}
