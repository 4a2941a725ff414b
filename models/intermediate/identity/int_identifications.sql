{{
    config(
        materialized='incremental',
        pre_hook="{{ forget('anonymous_id', 'int_reidentified_ids') }}"
    )
}}

-- depends_on: {{ ref('int_reidentified_ids') }}
with

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
)

select * from spells
