{{ config(materialized='view', tags=['stands']) }}

with

group_limits as (
    select distinct
        rules.group_key,
        rules.group_lowest as lowest,
        rules.group_highest as highest
    from {{ ref('int_rules') }} as rules
    where rules.group_lowest is not null or rules.group_highest is not null
),

limited_entries as (
    select
        rule_balances.axis_key,
        rule_balances.group_key,
        rule_balances.lead_key,
        rule_balances.entry_at,
        rule_balances.hundredths
    from {{ ref('int_rule_balances') }} as rule_balances
    where rule_balances.group_key in (select group_limits.group_key from group_limits)
),

limited_changes as (
    {{ clamped_changes(
        'limited_entries', ['axis_key', 'group_key', 'lead_key'], 'group_limits', 'group_key'
    ) | indent(4) }}
),

changes as (
    select
        limited_changes.axis_key,
        limited_changes.lead_key,
        limited_changes.entry_at,
        limited_changes.hundredths
    from limited_changes
    where limited_changes.hundredths <> 0
    union all
    select
        rule_balances.axis_key,
        rule_balances.lead_key,
        rule_balances.entry_at,
        rule_balances.hundredths
    from {{ ref('int_rule_balances') }} as rule_balances
    where rule_balances.group_key not in (select group_limits.group_key from group_limits)
)

select * from changes
