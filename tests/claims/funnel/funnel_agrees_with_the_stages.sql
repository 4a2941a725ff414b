-- Whoever entered a stage in a month is counted there once, whichever step is asked about; where tracking
-- began later than the entry, only in the steps to a stage that is not computed.
with

entries as (
    select
        stage_pairs.from_stage,
        stage_pairs.to_stage,
        sum(case when entries.is_inferred then 0 else 1 end) as entered_observed,
        count(*) as entered_reached
    from {{ ref('fct_lead_stages') }} as entries
    inner join {{ ref('int_stage_pairs') }} as stage_pairs
        on entries.stage = stage_pairs.from_stage
    where
        not entries.is_before_tracking
        and (
            not stage_pairs.is_to_computed
            or not {{ is_before_tracking('entries.reached_at', var('tracking_started_at')) }}
        )
    group by stage_pairs.from_stage, stage_pairs.to_stage
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
        on
            funnel.from_stage = entries.from_stage
            and funnel.to_stage = entries.to_stage
    where
        funnel.entered_observed <> coalesce(entries.entered_observed, 0)
        or funnel.entered_reached <> coalesce(entries.entered_reached, 0)
)

select * from disagreements
