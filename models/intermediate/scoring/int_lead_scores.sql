{{
    config(
        materialized='incremental',
        pre_hook="{{ forget('lead_id', 'int_stirred_leads') }}"
    )
}}
{%- set is_now = 'history.scored_at <= ' ~ as_of_moment()
    ~ ' and (history.next_scored_at is null or history.next_scored_at > ' ~ as_of_moment() ~ ')' %}

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

grade_bands as (
    select * from {{ ref('int_grade_bands') }}
),

evidence as (
    select * from {{ ref('int_fit_evidence') }}
),

-- All of a lead at once: what it has now, when it first met the condition at a credit, and, the scheduled
-- decays being in the ledger already, the first instant to come at which no criterion holds.
standings as (
    select
        history.definition_id,
        history.lead_id,
        {%- for axis in ['fit', 'intent', 'product'] %}
        max(case when {{ is_now }} then history.{{ axis }}_hundredths end) as {{ axis }}_hundredths,
        {%- endfor %}
        max(case when {{ is_now }} and history.mql_criterion_id is not null then 1 else 0 end)
            as is_qualified,
        min(
            case
                when
                    history.has_credit
                    and history.mql_criterion_id is not null
                    and history.scored_at <= {{ as_of_moment() }}
                    then history.scored_at
            end
        ) as first_qualified_at,
        min(
            case
                when history.mql_criterion_id is null and history.scored_at > {{ as_of_moment() }}
                    then history.scored_at
            end
        ) as next_unqualified_at
    from {{ ref('int_score_history') }} as history
    where history.lead_id in (select leads.lead_id from leads)
    group by history.definition_id, history.lead_id
),

scores as (
    select
        definitions.definition_id,
        leads.lead_id,
        coalesce(standings.fit_hundredths, 0) as fit_hundredths,
        coalesce(standings.intent_hundredths, 0) as intent_hundredths,
        coalesce(standings.product_hundredths, 0) as product_hundredths,
        standings.first_qualified_at,
        case when standings.is_qualified = 1 then standings.next_unqualified_at end as cools_at
    from leads
    cross join definitions
    left join standings
        on
            definitions.definition_id = standings.definition_id
            and leads.lead_id = standings.lead_id
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
        scores.first_qualified_at,
        scores.cools_at
    from scores
    left join evidence
        on
            scores.definition_id = evidence.definition_id
            and scores.lead_id = evidence.lead_id
    {{ join_grade_bands('scores') }}
)

select * from lead_scores
