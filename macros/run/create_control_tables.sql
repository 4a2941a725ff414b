{#-
    create_control_tables() -> DDL for what one run leaves for the next

    control.refresh_state: one row, up to where the kept tables have taken the raw ones in.
    control.refresh_attempts: what runs asked that began since, and have not come to their end: kept tables may
    hold some of it.
    control.refresh_log: one row per finished run, with how many leads it recomputed.
-#}
{% macro create_control_tables() %}
    create schema if not exists control;
    create table if not exists control.refresh_state (
        fingerprint {{ dbt.type_string() }},
        as_of {{ dbt.type_timestamp() }},
        last_batch_number bigint
    );
    create table if not exists control.refresh_attempts (
        fingerprint {{ dbt.type_string() }},
        as_of {{ dbt.type_timestamp() }}
    );
    create table if not exists control.refresh_log (
        invocation_id {{ dbt.type_string() }},
        started_at {{ dbt.type_timestamp() }},
        as_of {{ dbt.type_timestamp() }},
        leads bigint,
        leads_recomputed bigint
    );
{% endmacro %}
