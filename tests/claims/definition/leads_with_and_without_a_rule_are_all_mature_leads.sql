with

mature as (
    select
        coalesce(sum(fates.is_mature), 0) as leads,
        coalesce(sum(
            case
                when fates.opportunity_at is null or fates.opportunity_at > fates.landmark_at
                    then fates.is_mature_won
                else 0
            end
        ), 0) as customers
    from {{ ref('int_lead_fates') }} as fates
),

disagreements as (
    select
        rule_lift.definition_id,
        rule_lift.rule_id
    from {{ ref('mart_rule_lift') }} as rule_lift
    cross join mature
    where
        rule_lift.leads + rule_lift.leads_decided_early <> mature.leads
        or rule_lift.leads_with + rule_lift.leads_without <> rule_lift.leads
        or rule_lift.customers_with + rule_lift.customers_without <> mature.customers
        or (rule_lift.points <> 0 and rule_lift.leads_with is null)
)

select * from disagreements
