with

used_types as (
    select * from {{ ref('int_used_event_types') }}
),

leads as (
    select * from {{ ref('int_leads') }}
),

spells_of_leads as (
    select
        identifications.anonymous_id,
        identifications.identified_at,
        identifications.valid_from,
        identifications.valid_to,
        leads.lead_key,
        leads.created_at
    from {{ ref('int_identifications') }} as identifications
    inner join leads
        on identifications.lead_id = leads.lead_id
),

-- An event with a lead is that lead's; one without is the lead's that its anonymous id stood for.
-- Events are named where they are read and not imported once: an engine that keeps what is read twice would
-- keep them all. int_events is said over, so that few leads are found before anything is asked of events.
owned_events as (
    {%- for events in ['stg_events', 'int_repeated_events'] %}
    select
        leads.lead_key,
        greatest(events.occurred_at, leads.created_at) as known_at,
        trim(events.event_type) as event_type,
        {{ raw_columns('events', 'events', except=['lead_id', 'event_type']) }}
    from {{ ref(events) }} as events
    inner join leads
        on events.lead_id = leads.lead_id
    {%- if events == 'stg_events' %}
    where {{ is_standing('events') | indent(4) }}
    {%- endif %}
    union all
    select
        spells_of_leads.lead_key,
        greatest(events.occurred_at, spells_of_leads.identified_at, spells_of_leads.created_at) as known_at,
        trim(events.event_type) as event_type,
        {{ raw_columns('events', 'events', except=['lead_id', 'event_type']) }}
    from {{ ref(events) }} as events
    inner join spells_of_leads
        on {{ is_within_spell('events', 'spells_of_leads') | indent(8) }}
    where
        events.lead_id is null
        {%- if events == 'stg_events' %}
        and {{ is_standing('events') | indent(4) }}
        {%- endif %}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

-- what no rule, reset, signal or channel looks at is not carried further
known_events as (
    select owned_events.*
    from owned_events
    left join used_types
        on owned_events.event_type = used_types.event_type
    where used_types.event_type is not null or {{ names_a_source('owned_events') }}
)

select * from known_events
