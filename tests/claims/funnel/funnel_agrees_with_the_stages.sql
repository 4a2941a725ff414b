-- Whoever entered a stage in a month is counted there once, whichever step is asked about.
with

entries as (
    select
        entries.stage,
        sum(case when entries.is_inferred then 0 else 1 end) as entered_observed,
        count(*) as entered_reached
    from {{ ref('fct_lead_stages') }} as entries
    group by entries.stage
),

funnel as (
    select
        funnel.from_stage,
        funnel.to_stage,
        sum(funnel.entered_observed) as entered_observed,
        sum(funnel.entered_reached) as entered_reached
    from {{ ref('mart_funnel_conversion') }} as funnel
    where funnel.dimension = 'all'
    group by funnel.from_stage, funnel.to_stage
),

disagreements as (
    select
        funnel.*,
        entries.entered_observed as observed_in_stages,
        entries.entered_reached as reached_in_stages
    from funnel
    left join entries
        on funnel.from_stage = entries.stage
    where
        funnel.entered_observed <> coalesce(entries.entered_observed, 0)
        or funnel.entered_reached <> coalesce(entries.entered_reached, 0)
)

select * from disagreements
