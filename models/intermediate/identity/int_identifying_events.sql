with

reidentified_ids as (
    select * from {{ ref('int_reidentified_ids') }}
),

news as (
    select * from {{ ref('int_news') }}
),

-- one of the two is empty: the ids that are asked about anew, or the run in which all are
identifying_events as (
    select
        events.anonymous_id,
        events.lead_id,
        events.occurred_at as identified_at,
        events.event_id
    from {{ ref('int_events') }} as events
    inner join reidentified_ids
        on events.anonymous_id = reidentified_ids.anonymous_id
    where events.lead_id is not null
    union all
    select
        events.anonymous_id,
        events.lead_id,
        events.occurred_at as identified_at,
        events.event_id
    from {{ ref('int_events') }} as events
    cross join news
    where news.is_everything_new and events.anonymous_id is not null and events.lead_id is not null
)

select * from identifying_events
