with

events as (
    select * from {{ ref('stg_events') }}
),

as_of as (
    select * from {{ ref('stg_as_of') }}
),

events_seen as (
    select events.*
    from events
    cross join as_of
    where events.occurred_at <= as_of.as_of
),

repeated_ids as (
    select events_seen.event_id
    from events_seen
    group by events_seen.event_id
    having count(*) > 1
),

delivered_once as (
    select events_seen.*
    from events_seen
    left join repeated_ids
        on events_seen.event_id = repeated_ids.event_id
    where repeated_ids.event_id is null
),

deliveries_ranked as (
    select
        events_seen.*,
        row_number() over (
            partition by events_seen.event_id
            order by {{ content_order('events', 'events_seen', except=['event_id']) }}
        ) as delivery_rank
    from events_seen
    inner join repeated_ids
        on events_seen.event_id = repeated_ids.event_id
),

standing as (
    select
        trim(delivered_once.event_type) as event_type,
        {{ raw_columns('events', 'delivered_once', except=['event_type']) }}
    from delivered_once
    union all
    select
        trim(deliveries_ranked.event_type) as event_type,
        {{ raw_columns('events', 'deliveries_ranked', except=['event_type']) }}
    from deliveries_ranked
    where deliveries_ranked.delivery_rank = 1
)

select * from standing
