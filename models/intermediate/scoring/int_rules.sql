with

fit_rules as (
    select * from {{ ref('stg_fit_rules') }}
),

event_rules as (
    select * from {{ ref('stg_event_rules') }}
),

definitions as (
    select * from {{ ref('stg_definitions') }}
),

rule_groups as (
    select * from {{ ref('stg_rule_groups') }}
),

axes as (
    select * from {{ ref('stg_axes') }}
),

all_rules as (
    select
        fit_rules.definition_id,
        'fit' as axis,
        fit_rules.group_id,
        fit_rules.rule_id,
        fit_rules.points,
        fit_rules.max_points,
        fit_rules.reason
    from fit_rules
    union all
    select
        event_rules.definition_id,
        event_rules.axis,
        event_rules.group_id,
        event_rules.rule_id,
        event_rules.points,
        event_rules.max_points,
        event_rules.reason
    from event_rules
),

-- short keys, for the sorts below; they mean nothing outside one run
rules_keyed as (
    select
        definitions.definition_key,
        all_rules.definition_id,
        all_rules.axis,
        all_rules.group_id,
        all_rules.rule_id,
        all_rules.points,
        all_rules.max_points,
        all_rules.reason,
        -all_rules.max_points * 100 as rule_lowest,
        all_rules.max_points * 100 as rule_highest,
        rule_groups.min_points * 100 as group_lowest,
        rule_groups.max_points * 100 as group_highest,
        coalesce(axes.min_score, 0) * 100 as axis_lowest,
        axes.max_score * 100 as axis_highest,
        row_number() over (order by all_rules.definition_id, all_rules.rule_id) as rule_key,
        dense_rank() over (
            order by all_rules.definition_id, all_rules.axis, all_rules.group_id nulls last
        ) as group_key,
        dense_rank() over (order by all_rules.definition_id, all_rules.axis) as axis_key
    from all_rules
    inner join definitions
        on all_rules.definition_id = definitions.definition_id
    left join rule_groups
        on
            all_rules.definition_id = rule_groups.definition_id
            and all_rules.axis = rule_groups.axis
            and all_rules.group_id = rule_groups.group_id
    left join axes
        on
            all_rules.definition_id = axes.definition_id
            and all_rules.axis = axes.axis
)

select * from rules_keyed
