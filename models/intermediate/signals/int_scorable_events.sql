{{ config(materialized='view', tags=['stands']) }}
{#- every signal is a model of its own that gives these columns; the macro `signals` names them -#}
{%- set signal_columns = ['event_id', 'occurred_at', 'event_type', 'value'] -%}
with

known_events as (
    select
        known_events.lead_key,
        known_events.known_at,
        {{ raw_columns('events', 'known_events', except=['lead_id']) }}
    from {{ ref('int_known_events') }} as known_events
),

derived_events as (
    {%- for signal in signals() %}
    select
        signals.lead_key,
        signals.known_at
        {%- for name, type in raw_table_columns()['events'] if name != 'lead_id' -%}
        ,
        {{ 'signals.' ~ name if name in signal_columns else 'cast(null as ' ~ type ~ ') as ' ~ name }}
        {%- endfor %}
    from {{ ref(signal) }} as signals
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

events as (
    select * from known_events
    union all
    select * from derived_events
),

-- whose it is in words, too: a rule may name any column
scorable_events as (
    select
        leads.lead_id,
        events.*
    from events
    inner join {{ ref('int_leads') }} as leads
        on events.lead_key = leads.lead_key
)

select * from scorable_events
