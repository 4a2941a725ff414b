{{ config(materialized='view') }}

with

rules as (
    select * from {{ ref('int_rules') }}
),

-- numbers for the sums below: a lead's name is long
leads as (
    select
        stirred_leads.lead_id,
        row_number() over (order by stirred_leads.lead_id) as lead_number
    from {{ ref('int_stirred_leads') }} as stirred_leads
    inner join {{ ref('int_lead_register') }} as register
        on stirred_leads.lead_id = register.lead_id
    where not register.is_deleted
),

balances as (
    select
        rules.rule_key,
        leads.lead_number,
        sum(ledger.points) as points_balance,
        max(case when ledger.entry_kind = 'credit' then ledger.entry_at end) as last_credited_at
    from {{ ref('fct_score_ledger') }} as ledger
    inner join leads
        on ledger.lead_id = leads.lead_id
    inner join rules
        on
            ledger.definition_id = rules.definition_id
            and ledger.rule_id = rules.rule_id
    where ledger.entry_at <= {{ as_of_moment() }}
    group by rules.rule_key, leads.lead_number
),

held as (
    select
        rules.definition_id,
        leads.lead_id,
        rules.rule_id,
        rules.axis,
        rules.group_id,
        cast(
            {{ clamp('balances.points_balance', '-rules.max_points', 'rules.max_points') }} as decimal(18, 2)
        ) as points_held,
        balances.last_credited_at,
        rules.reason
    from balances
    inner join rules
        on balances.rule_key = rules.rule_key
    inner join leads
        on balances.lead_number = leads.lead_number
),

reasons as (
    select held.*
    from held
    where held.points_held <> 0
)

select * from reasons
