{#-
    local_to_utc('shifts.opens_local', 'shifts.time_zone') -> 2026-07-01 08:00:00 for 09:00 in Europe/London

    Reads a timestamp without a zone as the clock on the wall of an IANA zone. The session's own zone does
    not matter. An hour the clock skips is read as the one after it.
-#}
{% macro local_to_utc(local_time, time_zone) -%}
    {{ return(adapter.dispatch('local_to_utc', 'handoff')(local_time, time_zone)) }}
{%- endmacro %}

{% macro default__local_to_utc(local_time, time_zone) -%}
    to_utc_timestamp({{ local_time }}, {{ time_zone }})
{%- endmacro %}

{% macro duckdb__local_to_utc(local_time, time_zone) -%}
    timezone('UTC', timezone({{ time_zone }}, {{ local_time }}))
{%- endmacro %}

{% macro postgres__local_to_utc(local_time, time_zone) -%}
    (({{ local_time }}) at time zone {{ time_zone }}) at time zone 'UTC'
{%- endmacro %}
