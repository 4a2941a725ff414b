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

events_seen as (
    select events.*
    from {{ ref('int_repeated_deliveries') }} as events
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

deliveries_compared as (
    select
        deliveries_ranked.*,
        max(deliveries_ranked.content_rank) over (partition by deliveries_ranked.event_id) as content_count
    from deliveries_ranked
),

standing as (
    select
        trim(deliveries_compared.event_type) as event_type,
        {{ raw_columns('events', 'deliveries_compared', except=['event_type']) }},
        deliveries_compared.content_count > 1 as has_several_contents
    from deliveries_compared
    where deliveries_compared.delivery_rank = 1
)

select * from standing
