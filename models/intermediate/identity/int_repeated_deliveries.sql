{{
    config(
        materialized='incremental',
        pre_hook="{{ forget('event_id', 'int_repeated_ids') }}"
    )
}}

with

repeated_ids as (
    select * from {{ ref('int_repeated_ids') }}
),

deliveries as (
    select {{ raw_columns('events', 'events') }}
    from {{ ref('stg_events') }} as events
    where events.event_id in (select repeated_ids.event_id from repeated_ids)
)

select * from deliveries
