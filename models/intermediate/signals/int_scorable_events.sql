{{ config(materialized='view', tags=['stands']) }}
{#- every signal is a model of its own that gives these columns; the macro `signals` names them -#}
{%- set signal_columns = ['lead_id', 'event_id', 'occurred_at', 'event_type', 'value'] -%}
with

known_events as (
    select
        known_events.lead_key,
        known_events.known_at,
        {{ raw_columns('events', 'known_events') }}
    from {{ ref('int_known_events') }} as known_events
),

derived_events as (
    {%- for signal in signals() %}
    select
        signals.lead_key,
        signals.known_at
        {%- for name, type in raw_table_columns()['events'] -%}
        ,
        {{ 'signals.' ~ name if name in signal_columns else 'cast(null as ' ~ type ~ ') as ' ~ name }}
        {%- endfor %}
    from {{ ref(signal) }} as signals
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

scorable_events as (
    select * from known_events
    union all
    select * from derived_events
)

select * from scorable_events
