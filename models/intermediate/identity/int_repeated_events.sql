{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        on_schema_change='sync_all_columns',
        pre_hook="{{ forget('event_id', 'int_repeated_ids') }}"
    )
}}

-- depends_on: {{ ref('int_news') }}
with

repeated_ids as (
    select * from {{ ref('int_repeated_ids') }}
),

events_seen as (
    select events.*
    from {{ ref('stg_events') }} as events
    where
        events.occurred_at <= {{ as_of_moment() }}
        and events.event_id in (select repeated_ids.event_id from repeated_ids)
),

deliveries_ranked as (
    select
        events_seen.*,
        row_number() over (
            partition by events_seen.event_id
            order by {{ content_order('events', 'events_seen', except=['event_id']) }}
        ) as delivery_rank,
        dense_rank() over (
            partition by events_seen.event_id
            order by {{ content_order('events', 'events_seen', except=['event_id']) }}
        ) as content_rank
    from events_seen
),

contents as (
    select
        deliveries_ranked.event_id,
        max(deliveries_ranked.content_rank) > 1 as has_several_contents
    from deliveries_ranked
    group by deliveries_ranked.event_id
),

standing as (
    select
        trim(deliveries_ranked.event_type) as event_type,
        {{ raw_columns('events', 'deliveries_ranked', except=['event_type']) }},
        contents.has_several_contents
    from deliveries_ranked
    inner join contents
        on deliveries_ranked.event_id = contents.event_id
    where deliveries_ranked.delivery_rank = 1
)

select * from standing
