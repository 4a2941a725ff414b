{{
    config(
        materialized='incremental',
        pre_hook="{{ forget('lead_id', 'int_stirred_leads') }}"
    )
}}

with

leads as (
    select register.lead_id
    from {{ ref('int_lead_register') }} as register
    inner join {{ ref('int_stirred_leads') }} as stirred_leads
        on register.lead_id = stirred_leads.lead_id
    where not register.is_deleted
),

definitions as (
    select * from {{ ref('stg_definitions') }}
),

history as (
    select history.*
    from {{ ref('int_score_history') }} as history
    where history.lead_id in (select leads.lead_id from leads)
),

grade_bands as (
    select * from {{ ref('int_grade_bands') }}
),

evidence as (
    select * from {{ ref('int_fit_evidence') }}
),

current_scores as (
    select history.*
    from history
    where
        history.scored_at <= {{ as_of_moment() }}
        and (history.next_scored_at is null or history.next_scored_at > {{ as_of_moment() }})
),

first_qualified as (
    select
        history.definition_id,
        history.lead_id,
        min(history.scored_at) as first_qualified_at
    from history
    where
        history.has_credit
        and history.mql_criterion_id is not null
        and history.scored_at <= {{ as_of_moment() }}
    group by history.definition_id, history.lead_id
),

-- the scheduled decays are in the ledger already: the first instant to come at which no criterion holds
cooling as (
    select
        current_scores.definition_id,
        current_scores.lead_id,
        min(history.scored_at) as cools_at
    from current_scores
    inner join history
        on
            current_scores.definition_id = history.definition_id
            and current_scores.lead_id = history.lead_id
            and current_scores.scored_at < history.scored_at
    where current_scores.mql_criterion_id is not null and history.mql_criterion_id is null
    group by current_scores.definition_id, current_scores.lead_id
),

scores as (
    select
        definitions.definition_id,
        leads.lead_id,
        coalesce(current_scores.fit_hundredths, 0) as fit_hundredths,
        coalesce(current_scores.intent_hundredths, 0) as intent_hundredths,
        coalesce(current_scores.product_hundredths, 0) as product_hundredths
    from leads
    cross join definitions
    left join current_scores
        on
            definitions.definition_id = current_scores.definition_id
            and leads.lead_id = current_scores.lead_id
),

lead_scores as (
    select
        scores.definition_id,
        scores.lead_id,
        {{ points('scores.fit_hundredths') }} as fit_score,
        {{ points('scores.intent_hundredths') }} as intent_score,
        {{ points('scores.product_hundredths') }} as product_score,
        {{ points('(scores.fit_hundredths + scores.intent_hundredths)') }} as total_score,
        fit_bands.grade as fit_grade,
        intent_bands.grade as intent_grade,
        coalesce(evidence.has_fit_evidence, false) as has_fit_evidence,
        first_qualified.first_qualified_at,
        cooling.cools_at
    from scores
    left join first_qualified
        on
            scores.definition_id = first_qualified.definition_id
            and scores.lead_id = first_qualified.lead_id
    left join cooling
        on
            scores.definition_id = cooling.definition_id
            and scores.lead_id = cooling.lead_id
    left join evidence
        on
            scores.definition_id = evidence.definition_id
            and scores.lead_id = evidence.lead_id
    {{ join_grade_bands('scores') }}
)

select * from lead_scores
