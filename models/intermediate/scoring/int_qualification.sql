with

timeline as {{ read_where_used() }} (
    select * from {{ ref('int_score_timeline') }}
),

criteria as (
    select
        definitions.definition_key,
        stage_criteria.*
    from {{ ref('stg_stage_criteria') }} as stage_criteria
    inner join {{ ref('stg_definitions') }} as definitions
        on stage_criteria.definition_id = definitions.definition_id
),

criterion_rules as (
    select * from {{ ref('int_criterion_rules') }}
),

required_rule_spells as (
    select * from {{ ref('int_required_rule_spells') }}
),

-- Time alone qualifies nobody, so a credit time is asked for; but how long an MQL stays warm is asked at
-- every instant.
scores_sufficient as {{ read_where_used() }} (
    select
        timeline.definition_key,
        timeline.lead_key,
        timeline.scored_at,
        timeline.has_credit,
        criteria.stage,
        criteria.criterion_rank,
        criteria.required_rules
    from timeline
    inner join criteria
        on timeline.definition_key = criteria.definition_key
    where
        (timeline.has_credit or criteria.stage = 'mql')
        and timeline.fit_hundredths >= coalesce(criteria.min_fit_score * 100, timeline.fit_hundredths)
        and timeline.intent_hundredths
        >= coalesce(criteria.min_intent_score * 100, timeline.intent_hundredths)
        and timeline.product_hundredths
        >= coalesce(criteria.min_product_score * 100, timeline.product_hundredths)
        and (
            criteria.min_total_score is null
            or timeline.fit_hundredths + timeline.intent_hundredths >= criteria.min_total_score * 100
        )
),

required_rules_held as (
    select
        scores_sufficient.definition_key,
        scores_sufficient.lead_key,
        scores_sufficient.scored_at,
        scores_sufficient.stage,
        scores_sufficient.has_credit,
        scores_sufficient.criterion_rank
    from scores_sufficient
    inner join criterion_rules
        on
            scores_sufficient.definition_key = criterion_rules.definition_key
            and scores_sufficient.stage = criterion_rules.stage
            and scores_sufficient.criterion_rank = criterion_rules.criterion_rank
    inner join required_rule_spells
        on
            criterion_rules.rule_key = required_rule_spells.rule_key
            and scores_sufficient.lead_key = required_rule_spells.lead_key
            and scores_sufficient.scored_at >= required_rule_spells.from_at
            and (
                required_rule_spells.to_at is null
                or scores_sufficient.scored_at < required_rule_spells.to_at
            )
    where scores_sufficient.required_rules is not null
    group by
        scores_sufficient.definition_key,
        scores_sufficient.lead_key,
        scores_sufficient.scored_at,
        scores_sufficient.stage,
        scores_sufficient.has_credit,
        scores_sufficient.criterion_rank
    having count(*) = max(criterion_rules.rules_required)
),

criteria_held as (
    select
        scores_sufficient.definition_key,
        scores_sufficient.lead_key,
        scores_sufficient.scored_at,
        scores_sufficient.stage,
        scores_sufficient.has_credit,
        scores_sufficient.criterion_rank
    from scores_sufficient
    where scores_sufficient.required_rules is null
    union all
    select required_rules_held.*
    from required_rules_held
),

-- of several criteria that hold, the first by priority is the reason
first_criteria as (
    select
        criteria_held.definition_key,
        criteria_held.lead_key,
        criteria_held.scored_at,
        criteria_held.stage,
        criteria_held.has_credit,
        min(criteria_held.criterion_rank) as criterion_rank
    from criteria_held
    group by
        criteria_held.definition_key,
        criteria_held.lead_key,
        criteria_held.scored_at,
        criteria_held.stage,
        criteria_held.has_credit
),

qualification as (
    select
        first_criteria.definition_key,
        first_criteria.lead_key,
        first_criteria.scored_at,
        first_criteria.stage,
        first_criteria.has_credit,
        criteria.definition_id,
        criteria.criterion_id
    from first_criteria
    inner join criteria
        on
            first_criteria.definition_key = criteria.definition_key
            and first_criteria.stage = criteria.stage
            and first_criteria.criterion_rank = criteria.criterion_rank
)

select * from qualification
