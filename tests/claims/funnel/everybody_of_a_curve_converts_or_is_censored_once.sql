-- And is one of those the funnel counts as entered. A conversion of the running day is not in the curve yet.
with

curves as (
    select
        curves.dimension,
        curves.dimension_value,
        curves.from_stage,
        curves.to_stage,
        max(curves.entered) as entered,
        min(curves.entered) as least_entered,
        max(curves.at_risk) as first_at_risk,
        sum(curves.converted) as converted,
        sum(curves.censored) as censored
    from {{ ref('mart_conversion_curves') }} as curves
    group by curves.dimension, curves.dimension_value, curves.from_stage, curves.to_stage
),

funnel as (
    select
        funnel.dimension,
        funnel.dimension_value,
        funnel.from_stage,
        funnel.to_stage,
        sum(funnel.entered_observed) as entered,
        sum(funnel.converted_observed) as converted
    from {{ ref('mart_funnel_conversion') }} as funnel
    where
        funnel.dimension in ('all', 'channel', 'lead_source')
        and funnel.entered_observed > 0
    group by funnel.dimension, funnel.dimension_value, funnel.from_stage, funnel.to_stage
),

disagreements as (
    select
        funnel.*,
        curves.entered as entered_the_curve
    from funnel
    full outer join curves
        on
            funnel.dimension = curves.dimension
            and coalesce(funnel.dimension_value, '') = coalesce(curves.dimension_value, '')
            and funnel.from_stage = curves.from_stage
            and funnel.to_stage = curves.to_stage
    where
        funnel.dimension is null
        or curves.dimension is null
        or curves.entered <> funnel.entered
        or curves.least_entered <> curves.entered
        or curves.first_at_risk <> curves.entered
        or curves.converted + curves.censored <> curves.entered
        or curves.converted > funnel.converted
)

select * from disagreements
