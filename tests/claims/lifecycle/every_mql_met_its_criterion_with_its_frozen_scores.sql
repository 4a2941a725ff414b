-- Every other computed stage too. A blank of the criterion does not ask; required rules have their own test.
-- Of those whom this run recomputed.
with

computed_entries as (
    select entries.*
    from {{ ref('fct_lead_stages') }} as entries
    inner join {{ ref('stg_stages') }} as stages
        on entries.stage = stages.stage
    where
        stages.entered_by = 'computed'
        and entries.observed_at is not null
        and entries.lead_id in (select touched.lead_id from {{ ref('int_touched_leads') }} as touched)
),

criteria as (
    select * from {{ ref('stg_stage_criteria') }}
),

unmet as (
    select
        computed_entries.lead_id,
        computed_entries.cycle,
        computed_entries.stage,
        computed_entries.criterion_id
    from computed_entries
    left join criteria
        on
            computed_entries.definition_id = criteria.definition_id
            and computed_entries.stage = criteria.stage
            and computed_entries.criterion_id = criteria.criterion_id
    where
        criteria.criterion_id is null
        or computed_entries.fit_score is null
        or computed_entries.intent_score is null
        or computed_entries.product_score is null
        or computed_entries.fit_score < criteria.min_fit_score
        or computed_entries.intent_score < criteria.min_intent_score
        or computed_entries.product_score < criteria.min_product_score
        or computed_entries.fit_score + computed_entries.intent_score < criteria.min_total_score
)

select * from unmet
