with

criteria as (
    select * from {{ ref('stg_stage_criteria') }}
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
        count(*) over (partition by rules.definition_key, criteria.stage, criteria.criterion_rank) as rules_required
    from criteria
    inner join rules
        on
            criteria.definition_id = rules.definition_id
            and {{ dbt.position("'&' || rules.rule_id || '&'", "'&' || replace(criteria.required_rules, ' ', '') || '&'") }} > 0
    where criteria.required_rules is not null
)

select * from criterion_rules
