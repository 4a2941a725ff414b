with

news as (
    select *
    from {{ ref('int_news') }} as news
    where not news.is_everything_new
),

used_types as (
    select * from {{ ref('int_used_event_types') }}
),

-- two comparisons apart, which an engine can hold against what it knows of each block, and not one `or`
news_rows as (
    select events.*
    from {{ ref('stg_events') }} as events
    cross join news
    where events.batch_number > news.last_batch_number
    union all
    select events.*
    from {{ ref('stg_events') }} as events
    cross join news
    where
        events.batch_number <= news.last_batch_number
        and events.occurred_at > news.from_as_of
        and events.occurred_at <= news.to_as_of
),

new_events as (
    select
        news_rows.event_id,
        news_rows.occurred_at,
        news_rows.lead_id,
        news_rows.anonymous_id,
        trim(news_rows.event_type) as event_type,
        {{ names_a_source('news_rows') }} as has_source
    from news_rows
),

-- what no rule, reset, signal or channel looks at moves nobody
weighed as (
    select
        new_events.event_id,
        new_events.occurred_at,
        new_events.lead_id,
        new_events.anonymous_id,
        used_types.event_type is not null or new_events.has_source as is_used,
        coalesce(used_types.is_telling, false) or new_events.has_source as is_telling
    from new_events
    left join used_types
        on new_events.event_type = used_types.event_type
)

select * from weighed
