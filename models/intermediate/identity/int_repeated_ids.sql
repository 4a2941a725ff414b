with

news as (
    select * from {{ ref('int_news') }}
),

new_ids as (
    select distinct new_events.event_id
    from {{ ref('int_new_events') }} as new_events
),

-- one of the two is empty: the news, or the run in which everything is
asked_about as (
    select events.event_id
    from {{ ref('stg_events') }} as events
    inner join new_ids
        on events.event_id = new_ids.event_id
    union all
    select events.event_id
    from {{ ref('stg_events') }} as events
    cross join news
    where news.is_everything_new
),

repeated_ids as (
    select asked_about.event_id
    from asked_about
    group by asked_about.event_id
    having count(*) > 1
)

select * from repeated_ids
