{{
    config(
        materialized='incremental',
        pre_hook="{{ forget('lead_id', 'int_stirred_leads') }}"
    )
}}
{%- set axes = {
    'total': 'history.fit_hundredths + history.intent_hundredths',
    'fit': 'history.fit_hundredths',
    'intent': 'history.intent_hundredths',
} -%}
with

definitions as (
    select * from {{ ref('stg_definitions') }}
),

fates as (
    select fates.*
    from {{ ref('int_lead_fates') }} as fates
    inner join {{ ref('int_stirred_leads') }} as stirred_leads
        on fates.lead_id = stirred_leads.lead_id
),

history as (
    select * from {{ ref('int_score_history') }}
),

-- time alone moves nobody to call: only at a credit is a threshold asked, as the criteria are
peaks as (
    select
        {%- for axis, hundredths in axes.items() %}
        max({{ hundredths }}) as {{ axis }}_hundredths,
        {%- endfor %}
        history.definition_id,
        history.lead_id
    from history
    inner join fates
        on history.lead_id = fates.lead_id
    where
        history.has_credit
        and history.scored_at <= {{ as_of_moment() }}
        and (fates.judged_before is null or history.scored_at < fates.judged_before)
    group by history.definition_id, history.lead_id
),

-- who was never credited in time stands at 0, as everywhere
peak_scores as (
    {%- for axis in axes %}
    select
        definitions.definition_id,
        fates.lead_id,
        '{{ axis }}' as axis,
        coalesce(peaks.{{ axis }}_hundredths, 0) as hundredths
    from definitions
    cross join fates
    left join peaks
        on
            definitions.definition_id = peaks.definition_id
            and fates.lead_id = peaks.lead_id
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select * from peak_scores
