{{
    config(
        materialized='incremental',
        pre_hook="{{ forget('lead_id', 'int_stirred_leads') }}"
    )
}}

with

fates as (
    select fates.*
    from {{ ref('int_lead_fates') }} as fates
    where {{ is_asked_about('fates.lead_id', 'int_stirred_leads') }}
),

definitions as (
    select * from {{ ref('stg_definitions') }}
),

scored as (
    select
        history.definition_id,
        history.lead_id,
        history.fit_hundredths,
        history.intent_hundredths
    from fates
    inner join {{ ref('int_score_history') }} as history
        on
            fates.lead_id = history.lead_id
            and fates.landmark_at >= history.scored_at
            and (history.next_scored_at is null or fates.landmark_at < history.next_scored_at)
),

landmark_scores as (
    select
        definitions.definition_id,
        fates.lead_id,
        coalesce(scored.fit_hundredths, 0) as fit_hundredths,
        coalesce(scored.intent_hundredths, 0) as intent_hundredths
    from fates
    cross join definitions
    left join scored
        on
            definitions.definition_id = scored.definition_id
            and fates.lead_id = scored.lead_id
)

select * from landmark_scores
