with

criteria as (
    select
        stage_criteria.definition_id,
        stage_criteria.stage,
        stage_criteria.criterion_rank,
        '&' || replace(stage_criteria.required_rules, ' ', '') || '&' as required_list
    from {{ ref('stg_stage_criteria') }} as stage_criteria
    where stage_criteria.required_rules is not null
),

rules as (
    select * from {{ ref('int_rules') }}
),

-- `required_rules` is written `a&b`: one row for each rule that must hold a positive balance
criterion_rules as (
    select
        rules.definition_key,
        criteria.stage,
        criteria.criterion_rank,
        rules.rule_key,
        count(*)
            over (partition by rules.definition_key, criteria.stage, criteria.criterion_rank)
            as rules_required
    from criteria
    inner join rules
        on
            criteria.definition_id = rules.definition_id
            and {{ dbt.position("'&' || rules.rule_id || '&'", 'criteria.required_list') }} > 0
)

select * from criterion_rules
