with

events as (
    select * from {{ ref('int_events') }}
),

identifications as (
    select * from {{ ref('int_identifications') }}
),

leads as (
    select * from {{ ref('int_leads') }}
),

-- an event with a lead is that lead's; one without is the lead's that its anonymous id stood for
owned_events as (
    select
        events.lead_id as owner_lead_id,
        events.occurred_at as identified_at,
        events.*
    from events
    where events.lead_id is not null
    union all
    select
        identifications.lead_id as owner_lead_id,
        identifications.identified_at,
        events.*
    from events
    inner join identifications
        on
            events.anonymous_id = identifications.anonymous_id
            and (identifications.valid_from is null or events.occurred_at >= identifications.valid_from)
            and (identifications.valid_to is null or events.occurred_at < identifications.valid_to)
    where events.lead_id is null
),

known_events as (
    select
        leads.lead_key,
        leads.lead_id,
        greatest(owned_events.occurred_at, owned_events.identified_at, leads.created_at) as known_at,
        {{ raw_columns('events', 'owned_events', except=['lead_id']) }}
    from owned_events
    inner join leads
        on owned_events.owner_lead_id = leads.lead_id
)

select * from known_events
