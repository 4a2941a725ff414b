-- MQL to customer is counted once, in int_step_conversions: all bands of all quarters are what the funnel
-- counts.
with

bands as (
    select
        case when calibration.cohort_quarter is null then 'together' else 'by quarter' end as counted_as,
        calibration.dimension,
        calibration.dimension_value,
        sum(calibration.mqls) as mqls,
        sum(calibration.customers) as customers,
        sum(calibration.mature_mqls) as mature_mqls,
        sum(calibration.mature_customers) as mature_customers
    from {{ ref('mart_score_calibration') }} as calibration
    group by
        case when calibration.cohort_quarter is null then 'together' else 'by quarter' end,
        calibration.dimension,
        calibration.dimension_value
),

funnel as (
    select
        funnel.dimension,
        funnel.dimension_value,
        sum(funnel.entered_observed) as mqls,
        sum(funnel.converted_observed) as customers,
        sum(funnel.mature_entered) as mature_mqls,
        sum(funnel.mature_converted) as mature_customers
    from {{ ref('mart_funnel_conversion') }} as funnel
    where
        funnel.from_stage = 'mql'
        and funnel.to_stage = 'customer'
        and funnel.dimension in ('all', 'lead_source')
    group by funnel.dimension, funnel.dimension_value
),

ways as (
    select 'together' as counted_as
    union all
    select 'by quarter' as counted_as
),

funnel_twice as (
    select
        ways.counted_as,
        funnel.*
    from funnel
    cross join ways
),

disagreements as (
    select
        coalesce(bands.counted_as, funnel_twice.counted_as) as counted_as,
        coalesce(bands.dimension, funnel_twice.dimension) as dimension,
        coalesce(bands.dimension_value, funnel_twice.dimension_value) as dimension_value
    from bands
    full outer join funnel_twice
        on
            bands.counted_as = funnel_twice.counted_as
            and bands.dimension = funnel_twice.dimension
            and coalesce(bands.dimension_value, '') = coalesce(funnel_twice.dimension_value, '')
    where
        coalesce(bands.mqls, 0) <> coalesce(funnel_twice.mqls, 0)
        or coalesce(bands.customers, 0) <> coalesce(funnel_twice.customers, 0)
        or coalesce(bands.mature_mqls, 0) <> coalesce(funnel_twice.mature_mqls, 0)
        or coalesce(bands.mature_customers, 0) <> coalesce(funnel_twice.mature_customers, 0)
)

select * from disagreements
