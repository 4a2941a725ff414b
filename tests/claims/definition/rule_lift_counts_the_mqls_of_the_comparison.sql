with

comparison as (
    select
        comparison.definition_id,
        comparison.mqls
    from {{ ref('mart_definition_comparison') }} as comparison
    where comparison.first_qualified_month is null
),

disagreements as (
    select
        rule_lift.definition_id,
        rule_lift.rule_id,
        rule_lift.mqls,
        comparison.mqls as mqls_compared
    from {{ ref('mart_rule_lift') }} as rule_lift
    left join comparison
        on rule_lift.definition_id = comparison.definition_id
    where
        rule_lift.mqls <> coalesce(comparison.mqls, 0)
        or rule_lift.leaning_mqls > rule_lift.mqls
)

select * from disagreements
