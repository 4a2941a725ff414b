with

rules as (
    select
        rules.definition_id,
        rules.axis,
        rules.group_key,
        rules.group_highest,
        rules.axis_lowest,
        rules.axis_highest,
        rules.rule_highest,
        event_rules.event_type,
        case
            when event_rules.limit_period = 'ever'
                then rules.points * coalesce(event_rules.limit_count, 1) * 100
        end as most_often
    from {{ ref('int_rules') }} as rules
    inner join {{ ref('stg_event_rules') }} as event_rules
        on
            rules.definition_id = event_rules.definition_id
            and rules.rule_id = event_rules.rule_id
    where rules.points > 0
),

-- The most each level can hold if acts of this one type never end; null where nothing holds it. What the
-- type takes away by other rules is left out, and so is decay: it may all happen in one day.
rule_ceilings as (
    select
        rules.*,
        case
            when rules.most_often is null then rules.rule_highest
            when rules.rule_highest < rules.most_often then rules.rule_highest
            else rules.most_often
        end as highest
    from rules
),

group_sums as (
    select
        rule_ceilings.definition_id,
        rule_ceilings.axis,
        rule_ceilings.event_type,
        rule_ceilings.group_key,
        rule_ceilings.group_highest,
        rule_ceilings.axis_lowest,
        rule_ceilings.axis_highest,
        case when count(*) = count(rule_ceilings.highest) then {{ whole_sum('rule_ceilings.highest') }} end
            as summed
    from rule_ceilings
    group by
        rule_ceilings.definition_id,
        rule_ceilings.axis,
        rule_ceilings.event_type,
        rule_ceilings.group_key,
        rule_ceilings.group_highest,
        rule_ceilings.axis_lowest,
        rule_ceilings.axis_highest
),

group_ceilings as (
    select
        group_sums.*,
        case
            when group_sums.summed is null or group_sums.group_highest < group_sums.summed
                then group_sums.group_highest
            else group_sums.summed
        end as highest
    from group_sums
),

axis_sums as (
    select
        group_ceilings.definition_id,
        group_ceilings.axis,
        group_ceilings.event_type,
        group_ceilings.axis_lowest,
        group_ceilings.axis_highest,
        case when count(*) = count(group_ceilings.highest) then {{ whole_sum('group_ceilings.highest') }} end
            as summed
    from group_ceilings
    group by
        group_ceilings.definition_id,
        group_ceilings.axis,
        group_ceilings.event_type,
        group_ceilings.axis_lowest,
        group_ceilings.axis_highest
),

axis_ceilings as (
    select
        axis_sums.definition_id,
        axis_sums.axis,
        axis_sums.event_type,
        case
            when axis_sums.summed is null or axis_sums.axis_highest < axis_sums.summed
                then axis_sums.axis_highest
            when axis_sums.summed < axis_sums.axis_lowest then axis_sums.axis_lowest
            else axis_sums.summed
        end as highest_hundredths
    from axis_sums
)

select * from axis_ceilings
