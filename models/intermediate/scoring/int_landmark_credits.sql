{{
    config(
        materialized='incremental',
        pre_hook="{{ forget('lead_id', 'int_stirred_leads') }}"
    )
}}

with

-- whose outcome had begun by then cannot be foretold any more
leads_open as (
    select fates.*
    from {{ ref('int_lead_fates') }} as fates
    where
        fates.is_mature = 1
        and fates.is_open_at_landmark = 1
        and {{ is_asked_about('fates.lead_id', 'int_stirred_leads') }}
),

credited as (
    select
        ledger.definition_id,
        ledger.rule_id,
        ledger.lead_id,
        max(leads_open.is_mature_won) as is_mature_won
    from {{ ref('fct_score_ledger') }} as ledger
    inner join leads_open
        on
            ledger.lead_id = leads_open.lead_id
            and ledger.entry_at <= leads_open.landmark_at
    where ledger.entry_kind = 'credit'
    group by ledger.definition_id, ledger.rule_id, ledger.lead_id
),

scores_without as (
    select *
    from {{ ref('int_scores_without_rules') }} as landmarks
    where
        landmarks.moment = 'landmark'
        and {{ is_asked_about('landmarks.lead_id', 'int_stirred_leads') }}
),

-- a rule that was credited and holds nothing any more takes nothing away
landmark_credits as (
    select
        credited.definition_id,
        credited.rule_id,
        credited.lead_id,
        credited.is_mature_won,
        landmark_scores.fit_hundredths + landmark_scores.intent_hundredths as total_hundredths,
        coalesce(
            scores_without.fit_hundredths + scores_without.intent_hundredths,
            landmark_scores.fit_hundredths + landmark_scores.intent_hundredths
        ) as hundredths_without
    from credited
    inner join {{ ref('int_landmark_scores') }} as landmark_scores
        on
            credited.definition_id = landmark_scores.definition_id
            and credited.lead_id = landmark_scores.lead_id
    left join scores_without
        on
            credited.definition_id = scores_without.definition_id
            and credited.lead_id = scores_without.lead_id
            and credited.rule_id = scores_without.rule_id
)

select * from landmark_credits
