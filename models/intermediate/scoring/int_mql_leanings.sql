{{
    config(
        materialized='incremental',
        pre_hook="{{ forget('lead_id', 'int_stirred_leads') }}"
    )
}}
{%- set axes = ['fit', 'intent', 'product'] -%}
with

scores_without as (
    select *
    from {{ ref('int_scores_without_rules') }} as crossings
    where
        crossings.moment = 'crossing'
        and {{ is_asked_about('crossings.lead_id', 'int_stirred_leads') }}
),

criteria as (
    select *
    from {{ ref('stg_stage_criteria') }} as stage_criteria
    where stage_criteria.stage = 'mql'
),

criterion_rules as (
    select *
    from {{ ref('int_criterion_rules') }} as criterion_rules
    where criterion_rules.stage = 'mql'
),

required_rules_held as (
    select
        scores_without.definition_id,
        scores_without.lead_id,
        criterion_rules.criterion_rank,
        criterion_rules.rules_required,
        count(*) as rules_held
    from scores_without
    inner join criterion_rules
        on scores_without.rule_key = criterion_rules.rule_key
    where scores_without.rule_hundredths > 0
    group by
        scores_without.definition_id,
        scores_without.lead_id,
        criterion_rules.criterion_rank,
        criterion_rules.rules_required
),

-- a criterion that still holds without the rule: its thresholds are passed, and it does not name the rule
criteria_left as (
    select
        scores_without.definition_id,
        scores_without.lead_id,
        scores_without.rule_key,
        count(*) as criteria_held
    from scores_without
    inner join criteria
        on scores_without.definition_id = criteria.definition_id
    left join required_rules_held
        on
            scores_without.definition_id = required_rules_held.definition_id
            and scores_without.lead_id = required_rules_held.lead_id
            and criteria.criterion_rank = required_rules_held.criterion_rank
    left join criterion_rules as named_rules
        on
            scores_without.rule_key = named_rules.rule_key
            and criteria.criterion_rank = named_rules.criterion_rank
    where
        {%- for axis in axes %}
        {%- set score = 'scores_without.' ~ axis ~ '_hundredths' %}
        {{ 'and ' if not loop.first }}(
            criteria.min_{{ axis }}_score is null
            or {{ score }} >= criteria.min_{{ axis }}_score * 100
        )
        {%- endfor %}
        and (
            criteria.min_total_score is null
            or scores_without.fit_hundredths + scores_without.intent_hundredths
            >= criteria.min_total_score * 100
        )
        and named_rules.rule_key is null
        and (
            criteria.required_rules is null
            or required_rules_held.rules_held = required_rules_held.rules_required
        )
    group by scores_without.definition_id, scores_without.lead_id, scores_without.rule_key
),

leanings as (
    select
        scores_without.definition_id,
        scores_without.lead_id,
        scores_without.rule_id,
        {{ points('scores_without.rule_hundredths') }} as points_held,
        {%- for axis in axes %}
        {{ points('scores_without.' ~ axis ~ '_hundredths') }} as {{ axis }}_score_without,
        {%- endfor %}
        case when criteria_left.criteria_held is null then 1 else 0 end as is_leaning
    from scores_without
    left join criteria_left
        on
            scores_without.definition_id = criteria_left.definition_id
            and scores_without.lead_id = criteria_left.lead_id
            and scores_without.rule_key = criteria_left.rule_key
    -- one that takes points away carries nobody over a bar
    where scores_without.rule_hundredths > 0
)

select * from leanings
