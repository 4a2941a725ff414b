{{ config(materialized='view') }}

with

-- Every delivery counts, all deliveries of a repeated event are taken off again, and the one that stands is
-- put back: no look has to ask each event whether it was repeated.
counted as (
    select
        1 as events,
        deliveries.event_type,
        deliveries.occurred_at,
        deliveries.lead_id,
        deliveries.anonymous_id
    from {{ ref('stg_events') }} as deliveries
    where deliveries.occurred_at <= {{ as_of_moment() }}
    union all
    select
        -1 as events,
        deliveries.event_type,
        deliveries.occurred_at,
        deliveries.lead_id,
        deliveries.anonymous_id
    from {{ ref('int_repeated_deliveries') }} as deliveries
    where deliveries.occurred_at <= {{ as_of_moment() }}
    union all
    select
        1 as events,
        repeated_events.event_type,
        repeated_events.occurred_at,
        repeated_events.lead_id,
        repeated_events.anonymous_id
    from {{ ref('int_repeated_events') }} as repeated_events
)

select * from counted
