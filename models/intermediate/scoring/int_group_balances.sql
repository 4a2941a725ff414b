{{ config(materialized='view', tags=['stands']) }}

with

group_limits as (
    select distinct
        rules.group_key,
        rules.group_lowest as lowest,
        rules.group_highest as highest
    from {{ ref('int_rules') }} as rules
),

entries as {{ read_where_used() }} (
    select
        rule_balances.axis_key,
        rule_balances.group_key,
        rule_balances.lead_key,
        rule_balances.entry_at,
        rule_balances.hundredths,
        group_limits.lowest,
        group_limits.highest
    from {{ ref('int_rule_balances') }} as rule_balances
    inner join group_limits
        on rule_balances.group_key = group_limits.group_key
),

limited_entries as (
    select entries.*
    from entries
    where entries.lowest is not null or entries.highest is not null
),

limited_changes as (
    {{ clamped_changes('limited_entries', ['axis_key', 'group_key', 'lead_key']) | indent(4) }}
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
        entries.axis_key,
        entries.lead_key,
        entries.entry_at,
        entries.hundredths
    from entries
    where entries.lowest is null and entries.highest is null
)

select * from changes
