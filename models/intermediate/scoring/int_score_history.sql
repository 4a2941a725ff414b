{{
    config(
        materialized='incremental',
        pre_hook="{{ forget('lead_id', 'int_touched_leads') }}"
    )
}}

-- depends_on: {{ ref('int_touched_leads') }}
with

timeline as (
    select * from {{ ref('int_score_timeline') }}
),

mql_qualification as (
    select *
    from {{ ref('int_qualification') }} as qualification
    where qualification.stage = 'mql'
),

history as (
    select
        timeline.definition_id,
        timeline.lead_id,
        timeline.scored_at,
        timeline.next_scored_at,
        timeline.has_credit,
        timeline.fit_hundredths,
        timeline.intent_hundredths,
        timeline.product_hundredths,
        mql_qualification.criterion_id as mql_criterion_id
    from timeline
    left join mql_qualification
        on
            timeline.definition_key = mql_qualification.definition_key
            and timeline.lead_key = mql_qualification.lead_key
            and timeline.scored_at = mql_qualification.scored_at
)

select * from history
