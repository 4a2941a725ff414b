with

new_events as (
    select * from {{ ref('int_new_events') }}
),

news as (
    select * from {{ ref('int_news') }}
),

repeated_ids as (
    select repeated_ids.event_id
    from {{ ref('int_repeated_ids') }} as repeated_ids
    cross join news
    where not news.is_everything_new
),

-- the same id may have come before with another payload, and have identified somebody else
redelivered as (
    select events.anonymous_id
    from {{ ref('stg_events') }} as events
    where
        events.anonymous_id is not null
        and events.event_id in (select repeated_ids.event_id from repeated_ids)
),

reidentified as (
    select new_events.anonymous_id
    from new_events
    where new_events.lead_id is not null and new_events.anonymous_id is not null
    union
    select redelivered.anonymous_id
    from redelivered
)

select * from reidentified
