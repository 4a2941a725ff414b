{{
    config(
        materialized='incremental',
        pre_hook="{{ forget('lead_id', 'int_touched_leads') }}"
    )
}}

with

crossings as (
    select *
    from {{ ref('int_stage_entries') }} as entries
    where
        entries.stage in ('mql', 'pql')
        and entries.observed_at is not null
        and {{ is_asked_about('entries.lead_id', 'int_touched_leads') }}
),

rules as (
    select * from {{ ref('int_rules') }}
),

-- what stood in the ledger at the very instant: the evidence it came in with, not what is left of it
balances as (
    select
        crossings.lead_id,
        crossings.cycle,
        crossings.stage,
        ledger.definition_id,
        ledger.rule_id,
        sum(ledger.points) as points_balance
    from crossings
    inner join {{ ref('fct_score_ledger') }} as ledger
        on
            crossings.definition_id = ledger.definition_id
            and crossings.lead_id = ledger.lead_id
            and crossings.observed_at >= ledger.entry_at
    group by crossings.lead_id, crossings.cycle, crossings.stage, ledger.definition_id, ledger.rule_id
),

held as (
    select
        balances.lead_id,
        balances.cycle,
        balances.stage,
        balances.definition_id,
        balances.rule_id,
        cast(
            {{ clamp('balances.points_balance', '-rules.max_points', 'rules.max_points') }} as decimal(18, 2)
        ) as points_held
    from balances
    inner join rules
        on
            balances.definition_id = rules.definition_id
            and balances.rule_id = rules.rule_id
),

crossing_points as (
    select held.*
    from held
    where held.points_held <> 0
)

select * from crossing_points
