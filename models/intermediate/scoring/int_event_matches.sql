{{ config(materialized='view', tags=['stands']) }}

with

events as (
    select * from {{ ref('int_scorable_events') }}
),

event_rules as (
    select * from {{ ref('stg_event_rules') }}
),

rules as (
    select * from {{ ref('int_rules') }}
),

reset_spells as (
    select * from {{ ref('int_reset_spells') }}
),

rules_keyed as (
    select
        rules.rule_key,
        rules.axis_key,
        event_rules.*
    from event_rules
    inner join rules
        on
            event_rules.definition_id = rules.definition_id
            and event_rules.rule_id = rules.rule_id
    where event_rules.points <> 0
),

candidates as (
    select
        rules_keyed.rule_key,
        rules_keyed.axis_key,
        rules_keyed.operator,
        rules_keyed.compared_value,
        rules_keyed.lowest,
        rules_keyed.highest,
        rules_keyed.property,
        events.lead_key,
        events.event_id,
        events.occurred_at,
        events.known_at,
        {{ event_property('events', 'rules_keyed.property') }} as property_value,
        {{ event_property('events', 'rules_keyed.distinct_by') }} as distinct_value
    from events
    inner join rules_keyed
        on events.event_type = rules_keyed.event_type
),

matches as (
    select
        candidates.rule_key,
        candidates.lead_key,
        candidates.event_id,
        candidates.occurred_at,
        candidates.known_at,
        candidates.distinct_value,
        coalesce(reset_spells.spell_number, 1) as spell_number,
        reset_spells.up_to_at as reset_at
    from candidates
    left join reset_spells
        on
            candidates.axis_key = reset_spells.axis_key
            and candidates.lead_key = reset_spells.lead_key
            and (reset_spells.after_at is null or candidates.known_at > reset_spells.after_at)
            and (reset_spells.up_to_at is null or candidates.known_at <= reset_spells.up_to_at)
    where
        candidates.property is null
        or {{ rule_matches('candidates.property_value', 'candidates') | indent(8) }}
)

select * from matches
