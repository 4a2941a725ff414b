{#-
    create_missing_raw_tables() -> DDL, one statement after the other

    Only `leads` must exist in the warehouse; a raw table nobody loads is made empty, so that the
    models need not ask which tables there are. Nothing that exists is changed.
-#}
{% macro create_missing_raw_tables() %}
    {% set loading_columns = [
        ['_file_id', dbt.type_int()], ['_line', 'bigint'], ['_batch', 'bigint'],
        [var('loaded_at_column'), dbt.type_timestamp()],
    ] %}
    create schema if not exists raw;
    {% for table, columns in raw_table_columns().items() %}
    create table if not exists raw.{{ table }} (
        {% for name, type in columns + loading_columns -%}
        {{ name }} {{ type }}{{ ', ' if not loop.last }}
        {%- endfor %}
    );
    {% endfor %}
{% endmacro %}
