with

ledger as (
    select * from {{ ref('fct_score_ledger') }}
),

rules as (
    select * from {{ ref('int_rules') }}
),

leads as (
    select * from {{ ref('int_leads') }}
),

as_of as (
    select * from {{ ref('stg_as_of') }}
),

balances as (
    select
        ledger.rule_key,
        ledger.lead_key,
        {{ whole_sum('ledger.hundredths') }} as hundredths,
        max(case when ledger.entry_kind = 'credit' then ledger.entry_at end) as last_credited_at
    from ledger
    cross join as_of
    where ledger.entry_at <= as_of.as_of
    group by ledger.rule_key, ledger.lead_key
),

reasons as (
    select
        rules.definition_id,
        leads.lead_id,
        rules.rule_id,
        rules.axis,
        rules.group_id,
        {{ points(clamp('balances.hundredths', 'rules.rule_lowest', 'rules.rule_highest')) }} as points_held,
        balances.last_credited_at,
        rules.reason
    from balances
    inner join rules
        on balances.rule_key = rules.rule_key
    inner join leads
        on balances.lead_key = leads.lead_key
    where
        not leads.is_deleted
        and {{ clamp('balances.hundredths', 'rules.rule_lowest', 'rules.rule_highest') }} <> 0
)

select * from reasons
