-- Every MQL of the funnel's step is in each dimension once, and was accepted, rejected or is pending.
with

acceptance as (
    select * from {{ ref('mart_mql_acceptance') }}
),

sums as (
    select
        acceptance.dimension,
        acceptance.cohort_month,
        sum(acceptance.mqls) as mqls,
        sum(acceptance.accepted) as accepted,
        sum(acceptance.rejected) as rejected,
        sum(acceptance.pending) as pending,
        sum(acceptance.mature_mqls) as mature_mqls,
        sum(acceptance.mature_accepted) as mature_accepted
    from acceptance
    group by acceptance.dimension, acceptance.cohort_month
),

wholes as (
    select sums.*
    from sums
    where sums.dimension = 'all'
),

dimensions as (
    select distinct sums.dimension
    from sums
),

parts_apart as (
    select
        dimensions.dimension,
        wholes.cohort_month,
        'a dimension does not sum to all' as problem
    from wholes
    cross join dimensions
    left join sums
        on
            dimensions.dimension = sums.dimension
            and (
                wholes.cohort_month = sums.cohort_month
                or (wholes.cohort_month is null and sums.cohort_month is null)
            )
    where
        sums.mqls is null
        or sums.mqls <> wholes.mqls
        or sums.accepted <> wholes.accepted
        or sums.rejected <> wholes.rejected
        or sums.pending <> wholes.pending
        or sums.mature_mqls <> wholes.mature_mqls
        or sums.mature_accepted <> wholes.mature_accepted
),

decisions_apart as (
    select
        acceptance.dimension,
        acceptance.cohort_month,
        'accepted, rejected and pending are not all' as problem
    from acceptance
    where acceptance.accepted + acceptance.rejected + acceptance.pending <> acceptance.mqls
),

funnel as (
    select
        funnel.cohort_month,
        sum(funnel.entered_observed) as mqls,
        sum(funnel.mature_entered) as mature_mqls,
        sum(funnel.mature_converted) as mature_converted
    from {{ ref('mart_funnel_conversion') }} as funnel
    where
        funnel.dimension = 'all'
        and funnel.from_stage = 'mql'
        and funnel.to_stage = 'sal'
        and funnel.entered_observed > 0
    group by funnel.cohort_month
),

funnel_apart as (
    select
        'all' as dimension,
        funnel.cohort_month,
        'the funnel counts others' as problem
    from funnel
    left join wholes
        on funnel.cohort_month = wholes.cohort_month
    where
        wholes.mqls is null
        or wholes.mqls <> funnel.mqls
        or wholes.mature_mqls <> funnel.mature_mqls
        -- who went past sal unseen was accepted, and is no observed conversion
        or wholes.mature_accepted < funnel.mature_converted
),

all_months as (
    select
        sum(case when wholes.cohort_month is not null then wholes.mqls else 0 end) as by_month,
        sum(case when wholes.cohort_month is null then wholes.mqls else 0 end) as together
    from wholes
),

months_apart as (
    select
        'all' as dimension,
        cast(null as date) as cohort_month,
        'months do not sum to all together' as problem
    from all_months
    where all_months.by_month <> all_months.together
),

problems as (
    select * from parts_apart
    union all
    select * from decisions_apart
    union all
    select * from funnel_apart
    union all
    select * from months_apart
)

select * from problems
