with

new_events as (
    select * from {{ ref('int_new_events') }}
),

redelivered_events as (
    select * from {{ ref('int_redelivered_events') }}
),

reidentified as (
    select new_events.anonymous_id
    from new_events
    where new_events.lead_id is not null and new_events.anonymous_id is not null
    union
    -- the same id may have come before with another payload, and have identified somebody else
    select redelivered_events.anonymous_id
    from redelivered_events
    where redelivered_events.anonymous_id is not null
)

select * from reidentified
