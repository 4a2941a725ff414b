with

rule_limits as (
    select
        rules.rule_key,
        rules.rule_lowest as lowest,
        rules.rule_highest as highest
    from {{ ref('int_rules') }} as rules
),

entries as {{ read_where_used() }} (
    select
        score_entries.rule_key,
        score_entries.lead_key,
        score_entries.entry_at,
        score_entries.hundredths,
        rules.group_key,
        rules.axis_key,
        rules.rule_highest is not null as is_limited
    from {{ ref('int_score_entries') }} as score_entries
    inner join {{ ref('int_rules') }} as rules
        on score_entries.rule_key = rules.rule_key
),

limited_entries as (
    select entries.*
    from entries
    where entries.is_limited
),

limited_changes as (
    {{ clamped_changes(
        'limited_entries', ['axis_key', 'group_key', 'rule_key', 'lead_key'], 'rule_limits', 'rule_key'
    ) | indent(4) }}
),

-- a rule without a limit passes its entries on as they are
changes as (
    select
        limited_changes.axis_key,
        limited_changes.group_key,
        limited_changes.rule_key,
        limited_changes.lead_key,
        limited_changes.entry_at,
        limited_changes.hundredths
    from limited_changes
    where limited_changes.hundredths <> 0
    union all
    select
        entries.axis_key,
        entries.group_key,
        entries.rule_key,
        entries.lead_key,
        entries.entry_at,
        entries.hundredths
    from entries
    where not entries.is_limited
)

select * from changes
