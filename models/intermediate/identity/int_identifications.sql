{{
    config(
        materialized='incremental',
        pre_hook="{{ forget('anonymous_id', 'int_reidentified_ids') }}"
    )
}}

-- depends_on: {{ ref('int_reidentified_ids') }}
with

-- most ids stand for one lead, from the first time it was said and for good
ids as (
    select
        events.anonymous_id,
        min(events.lead_id) as lead_id,
        max(events.lead_id) as other_lead_id,
        min(events.identified_at) as identified_at
    from {{ ref('int_identifying_events') }} as events
    group by events.anonymous_id
),

identifying_events as (
    select
        events.anonymous_id,
        events.lead_id,
        events.identified_at,
        row_number() over (
            partition by events.anonymous_id, events.identified_at
            order by events.event_id
        ) as instant_rank
    from {{ ref('int_identifying_events') }} as events
    inner join ids
        on events.anonymous_id = ids.anonymous_id
    where ids.lead_id <> ids.other_lead_id
),

-- who it was before matters only where the answer changes
changes as (
    select
        identifying_events.anonymous_id,
        identifying_events.lead_id,
        identifying_events.identified_at,
        lag(identifying_events.lead_id) over (
            partition by identifying_events.anonymous_id
            order by identifying_events.identified_at
        ) as previous_lead_id
    from identifying_events
    where identifying_events.instant_rank = 1
),

spells as (
    select
        changes.anonymous_id,
        changes.lead_id,
        changes.identified_at,
        case when changes.previous_lead_id is not null then changes.identified_at end as valid_from,
        lead(changes.identified_at) over (
            partition by changes.anonymous_id
            order by changes.identified_at
        ) as valid_to
    from changes
    where changes.previous_lead_id is null or changes.previous_lead_id <> changes.lead_id
    union all
    select
        ids.anonymous_id,
        ids.lead_id,
        ids.identified_at,
        cast(null as {{ dbt.type_timestamp() }}) as valid_from,
        cast(null as {{ dbt.type_timestamp() }}) as valid_to
    from ids
    where ids.lead_id = ids.other_lead_id
)

select * from spells
