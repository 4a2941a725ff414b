{{ config(materialized='view') }}

with

stirred_leads as (
    select * from {{ ref('int_stirred_leads') }}
),

ledger as (
    select ledger.*
    from {{ ref('fct_score_ledger') }} as ledger
    where
        ledger.entry_at <= {{ as_of_moment() }}
        and ledger.lead_id in (select stirred_leads.lead_id from stirred_leads)
),

rules as (
    select * from {{ ref('int_rules') }}
),

leads as (
    select * from {{ ref('int_lead_register') }}
),

balances as (
    select
        ledger.definition_id,
        ledger.lead_id,
        ledger.rule_id,
        sum(ledger.points) as points_balance,
        max(case when ledger.entry_kind = 'credit' then ledger.entry_at end) as last_credited_at
    from ledger
    group by ledger.definition_id, ledger.lead_id, ledger.rule_id
),

held as (
    select
        balances.definition_id,
        balances.lead_id,
        balances.rule_id,
        rules.axis,
        rules.group_id,
        cast(
            {{ clamp('balances.points_balance', '-rules.max_points', 'rules.max_points') }} as decimal(18, 2)
        ) as points_held,
        balances.last_credited_at,
        rules.reason
    from balances
    inner join rules
        on
            balances.definition_id = rules.definition_id
            and balances.rule_id = rules.rule_id
    inner join leads
        on balances.lead_id = leads.lead_id
    where not leads.is_deleted
),

reasons as (
    select held.*
    from held
    where held.points_held <> 0
)

select * from reasons
