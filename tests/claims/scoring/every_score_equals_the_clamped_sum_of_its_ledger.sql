-- Recomputed the plainest way: sum what is dated up to as-of, clamp rule, group and axis in turn. Of those
-- whom this run stirred; the others lie as they lay when this was last asked of them.
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

rule_balances as (
    select
        ledger.definition_id,
        ledger.lead_id,
        ledger.rule_id,
        sum(ledger.points) as points
    from ledger
    group by ledger.definition_id, ledger.lead_id, ledger.rule_id
),

group_balances as (
    select
        rule_balances.definition_id,
        rule_balances.lead_id,
        rules.axis,
        rules.group_id,
        sum(
            case
                when rule_balances.points > rules.max_points then rules.max_points
                when rule_balances.points < -rules.max_points then -rules.max_points
                else rule_balances.points
            end
        ) as points
    from rule_balances
    inner join {{ ref('int_rules') }} as rules
        on
            rule_balances.definition_id = rules.definition_id
            and rule_balances.rule_id = rules.rule_id
    group by rule_balances.definition_id, rule_balances.lead_id, rules.axis, rules.group_id
),

axis_balances as (
    select
        group_balances.definition_id,
        group_balances.lead_id,
        group_balances.axis,
        sum(
            case
                when group_balances.points > rule_groups.max_points then rule_groups.max_points
                when group_balances.points < rule_groups.min_points then rule_groups.min_points
                else group_balances.points
            end
        ) as points
    from group_balances
    left join {{ ref('stg_rule_groups') }} as rule_groups
        on
            group_balances.definition_id = rule_groups.definition_id
            and group_balances.axis = rule_groups.axis
            and group_balances.group_id = rule_groups.group_id
    group by group_balances.definition_id, group_balances.lead_id, group_balances.axis
),

axis_scores as (
    select
        axis_balances.definition_id,
        axis_balances.lead_id,
        axis_balances.axis,
        case
            when axis_balances.points > axes.max_score then axes.max_score
            when axis_balances.points < coalesce(axes.min_score, 0) then coalesce(axes.min_score, 0)
            else axis_balances.points
        end as points
    from axis_balances
    left join {{ ref('stg_axes') }} as axes
        on
            axis_balances.definition_id = axes.definition_id
            and axis_balances.axis = axes.axis
),

recomputed as (
    select
        axis_scores.definition_id,
        axis_scores.lead_id,
        sum(case when axis_scores.axis = 'fit' then axis_scores.points else 0 end) as fit_score,
        sum(case when axis_scores.axis = 'intent' then axis_scores.points else 0 end) as intent_score,
        sum(case when axis_scores.axis = 'product' then axis_scores.points else 0 end) as product_score
    from axis_scores
    group by axis_scores.definition_id, axis_scores.lead_id
),

disagreements as (
    select
        scores.definition_id,
        scores.lead_id,
        scores.fit_score,
        recomputed.fit_score as fit_recomputed,
        scores.intent_score,
        recomputed.intent_score as intent_recomputed,
        scores.product_score,
        recomputed.product_score as product_recomputed
    from {{ ref('fct_lead_scores') }} as scores
    inner join stirred_leads
        on scores.lead_id = stirred_leads.lead_id
    left join recomputed
        on
            scores.definition_id = recomputed.definition_id
            and scores.lead_id = recomputed.lead_id
    where
        scores.fit_score <> coalesce(recomputed.fit_score, 0)
        or scores.intent_score <> coalesce(recomputed.intent_score, 0)
        or scores.product_score <> coalesce(recomputed.product_score, 0)
        or scores.total_score <> scores.fit_score + scores.intent_score
)

select * from disagreements
