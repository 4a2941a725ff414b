with

scores as (
    select * from {{ ref('int_lead_scores') }}
),

as_of as (
    select * from {{ ref('stg_as_of') }}
),

lead_scores as (
    select
        scores.definition_id,
        scores.lead_id,
        as_of.as_of,
        scores.fit_score,
        scores.intent_score,
        scores.product_score,
        scores.total_score,
        scores.fit_grade,
        scores.intent_grade,
        scores.has_fit_evidence,
        scores.first_qualified_at,
        scores.cools_at
    from scores
    cross join as_of
)

select * from lead_scores
