{#-
    is_before_tracking('leads.created_at', '2026-01-01') -> leads.created_at < cast('2026-01-01' as timestamp)

    False for every moment where tracking has always been there (blank).
-#}
{% macro is_before_tracking(moment, tracking_started_at) -%}
    {%- if tracking_started_at -%}
        {%- set began = (tracking_started_at | string).replace('T', ' ').replace('Z', '') -%}
        {{ moment }} < cast('{{ began }}' as {{ dbt.type_timestamp() }})
    {%- else -%}
        false
    {%- endif -%}
{%- endmacro %}
