with

repeated_ids as (
    select repeated_ids.event_id
    from {{ ref('int_repeated_ids') }} as repeated_ids
    cross join {{ ref('int_news') }} as news
    where not news.is_everything_new
),

redelivered as (
    select
        events.event_id,
        events.lead_id,
        events.anonymous_id
    from {{ ref('int_repeated_deliveries') }} as events
    where events.event_id in (select repeated_ids.event_id from repeated_ids)
)

select * from redelivered
