-- Counted from the other marts anew, by their own totals: of all that is mature, the recent is a part.
with

verdicts as (
    select * from {{ ref('mart_benchmark_verdicts') }}
),

funnel as (
    select
        funnel.from_stage || '_to_' || funnel.to_stage as comparison_class,
        sum(funnel.mature_entered) as entered,
        sum(funnel.mature_converted) as converted
    from {{ ref('mart_funnel_conversion') }} as funnel
    where
        funnel.dimension = 'all'
        and (funnel.from_stage <> 'mql' or funnel.to_stage <> 'sal')
    group by funnel.from_stage, funnel.to_stage
),

acceptance as (
    select
        acceptance.mature_mqls as entered,
        acceptance.mature_accepted as converted
    from {{ ref('mart_mql_acceptance') }} as acceptance
    where
        acceptance.dimension = 'all'
        and acceptance.cohort_month is null
),

recent as (
    select verdicts.*
    from verdicts
    where verdicts.period = 'recent'
),

broken as (
    select
        verdicts.benchmark_id,
        verdicts.entered,
        verdicts.converted
    from verdicts
    left join funnel
        on verdicts.comparison_class = funnel.comparison_class
    left join acceptance
        on verdicts.comparison_class = 'mql_to_sal'
    left join recent
        on verdicts.benchmark_id = recent.benchmark_id
    where
        verdicts.period = 'all'
        and verdicts.entered is not null
        and (
            verdicts.entered <> coalesce(funnel.entered, acceptance.entered, 0)
            or verdicts.converted <> coalesce(funnel.converted, acceptance.converted, 0)
            or recent.entered > verdicts.entered
            or recent.converted > verdicts.converted
        )
)

select * from broken
