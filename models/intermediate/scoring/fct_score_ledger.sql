{{
    config(
        materialized='incremental',
        pre_hook="{{ forget('lead_id', 'int_touched_leads') }}"
    )
}}

-- depends_on: {{ ref('int_touched_leads') }}
with

entries as (
    select * from {{ ref('int_score_entries') }}
),

rules as (
    select * from {{ ref('int_rules') }}
),

leads as (
    select * from {{ ref('int_leads') }}
),

ledger as (
    select
        rules.definition_id,
        leads.lead_id,
        rules.axis,
        rules.group_id,
        rules.rule_id,
        entries.source_id,
        entries.entry_at,
        entries.entry_kind,
        {{ points('entries.hundredths') }} as points
    from entries
    inner join rules
        on entries.rule_key = rules.rule_key
    inner join leads
        on entries.lead_key = leads.lead_key
)

select * from ledger
