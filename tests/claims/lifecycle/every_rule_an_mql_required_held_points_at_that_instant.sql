-- Every other computed stage too. A limit of a rule lies on both sides of 0: it decides nothing here.
-- Of those whom this run recomputed.
with

computed_entries as (
    select
        entries.lead_id,
        entries.cycle,
        entries.stage,
        entries.observed_at,
        entries.definition_id,
        '&' || replace(criteria.required_rules, ' ', '') || '&' as required_rules
    from {{ ref('fct_lead_stages') }} as entries
    inner join {{ ref('stg_stage_criteria') }} as criteria
        on
            entries.definition_id = criteria.definition_id
            and entries.stage = criteria.stage
            and entries.criterion_id = criteria.criterion_id
    where
        criteria.required_rules is not null
        and entries.lead_id in (select touched.lead_id from {{ ref('int_touched_leads') }} as touched)
),

rules_held as (
    select
        computed_entries.lead_id,
        computed_entries.cycle,
        computed_entries.stage,
        ledger.rule_id
    from computed_entries
    inner join {{ ref('fct_score_ledger') }} as ledger
        on
            computed_entries.definition_id = ledger.definition_id
            and computed_entries.lead_id = ledger.lead_id
            and computed_entries.observed_at >= ledger.entry_at
            and {{ dbt.position("'&' || ledger.rule_id || '&'", 'computed_entries.required_rules') }} > 0
    group by
        computed_entries.lead_id,
        computed_entries.cycle,
        computed_entries.stage,
        ledger.rule_id
    having sum(ledger.points) > 0
),

unmet as (
    select
        computed_entries.lead_id,
        computed_entries.cycle,
        computed_entries.stage,
        computed_entries.required_rules,
        count(rules_held.rule_id) as rules_held
    from computed_entries
    left join rules_held
        on
            computed_entries.lead_id = rules_held.lead_id
            and computed_entries.cycle = rules_held.cycle
            and computed_entries.stage = rules_held.stage
    group by
        computed_entries.lead_id,
        computed_entries.cycle,
        computed_entries.stage,
        computed_entries.required_rules
    having
        count(rules_held.rule_id)
        <> length(computed_entries.required_rules)
        - length(replace(computed_entries.required_rules, '&', '')) - 1
)

select * from unmet
