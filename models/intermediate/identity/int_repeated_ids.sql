with

news as (
    select * from {{ ref('int_news') }}
),

new_ids as (
    select distinct new_events.event_id
    from {{ ref('int_new_events') }} as new_events
),

-- nothing but in the run in which everything is news
all_ids as {{ read_where_used() }} (
    select
        events.event_id,
        {{ short_hash('events.event_id') }} as id_hash
    from {{ ref('stg_events') }} as events
    cross join news
    where news.is_everything_new
),

shared_hashes as (
    select all_ids.id_hash
    from all_ids
    group by all_ids.id_hash
    having count(*) > 1
),

-- one of the two is empty
asked_about as (
    select events.event_id
    from {{ ref('stg_events') }} as events
    inner join new_ids
        on events.event_id = new_ids.event_id
    union all
    select all_ids.event_id
    from all_ids
    where all_ids.id_hash in (select shared_hashes.id_hash from shared_hashes)
),

repeated_ids as (
    select asked_about.event_id
    from asked_about
    group by asked_about.event_id
    having count(*) > 1
)

select * from repeated_ids
