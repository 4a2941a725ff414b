with

rule_balances as (
    select * from {{ ref('int_rule_balances') }}
),

required_rules as (
    select distinct
        criterion_rules.rule_key,
        criterion_rules.definition_key
    from {{ ref('int_criterion_rules') }} as criterion_rules
),

instants as (
    select
        required_rules.definition_key,
        rule_balances.rule_key,
        rule_balances.lead_key,
        rule_balances.entry_at,
        {{ whole_sum('rule_balances.hundredths') }} as hundredths
    from rule_balances
    inner join required_rules
        on rule_balances.rule_key = required_rules.rule_key
    group by
        required_rules.definition_key, rule_balances.rule_key, rule_balances.lead_key, rule_balances.entry_at
),

balances as (
    select
        instants.definition_key,
        instants.rule_key,
        instants.lead_key,
        instants.entry_at as from_at,
        lead(instants.entry_at) over (
            partition by instants.rule_key, instants.lead_key
            order by instants.entry_at
        ) as to_at,
        sum(instants.hundredths) over (
            partition by instants.rule_key, instants.lead_key
            order by instants.entry_at
            rows between unbounded preceding and current row
        ) as balance
    from instants
),

spells as (
    select
        balances.definition_key,
        balances.rule_key,
        balances.lead_key,
        balances.from_at,
        balances.to_at
    from balances
    where balances.balance > 0
)

select * from spells
