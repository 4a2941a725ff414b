with

sums as (
    select
        funnel.dimension,
        funnel.cohort_month,
        funnel.from_stage,
        funnel.to_stage,
        sum(funnel.entered_observed) as entered_observed,
        sum(funnel.converted_observed) as converted_observed,
        sum(funnel.entered_reached) as entered_reached,
        sum(funnel.converted_reached) as converted_reached,
        sum(funnel.mature_entered) as mature_entered,
        sum(funnel.mature_converted) as mature_converted
    from {{ ref('mart_funnel_conversion') }} as funnel
    group by funnel.dimension, funnel.cohort_month, funnel.from_stage, funnel.to_stage
),

dimensions as (
    select distinct sums.dimension
    from sums
    where sums.dimension <> 'all'
),

wholes as (
    select
        dimensions.dimension as compared_dimension,
        sums.*
    from sums
    cross join dimensions
    where sums.dimension = 'all'
),

parts as (
    select sums.*
    from sums
    where sums.dimension <> 'all'
),

disagreements as (
    select
        coalesce(wholes.compared_dimension, parts.dimension) as dimension,
        coalesce(wholes.cohort_month, parts.cohort_month) as cohort_month,
        coalesce(wholes.from_stage, parts.from_stage) as from_stage,
        coalesce(wholes.to_stage, parts.to_stage) as to_stage
    from wholes
    full outer join parts
        on
            wholes.compared_dimension = parts.dimension
            and wholes.cohort_month = parts.cohort_month
            and wholes.from_stage = parts.from_stage
            and wholes.to_stage = parts.to_stage
    where
        wholes.dimension is null
        or parts.dimension is null
        or wholes.entered_observed <> parts.entered_observed
        or wholes.converted_observed <> parts.converted_observed
        or wholes.entered_reached <> parts.entered_reached
        or wholes.converted_reached <> parts.converted_reached
        or wholes.mature_entered <> parts.mature_entered
        or wholes.mature_converted <> parts.mature_converted
)

select * from disagreements
