with

reidentified_ids as (
    select * from {{ ref('int_reidentified_ids') }}
),

news as (
    select * from {{ ref('int_news') }}
),

-- Either the ids that are asked about anew, or the run in which all are: then nobody is asked about.
-- int_events is said over, so that few ids are found before anything is asked of their events.
identifying_events as (
    {%- for events in ['stg_events', 'int_repeated_events'] %}
    select
        events.anonymous_id,
        events.lead_id,
        events.occurred_at as identified_at,
        events.event_id
    from {{ ref(events) }} as events
    inner join reidentified_ids
        on events.anonymous_id = reidentified_ids.anonymous_id
    where
        events.lead_id is not null
        {%- if events == 'stg_events' %}
        and {{ is_standing('events') | indent(4) }}
        {%- endif %}
    union all
    {%- endfor %}
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
