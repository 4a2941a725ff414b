with

broken as (
    select
        verdicts.benchmark_id,
        verdicts.period,
        verdicts.entered,
        verdicts.verdict
    from {{ ref('mart_benchmark_verdicts') }} as verdicts
    where
        (coalesce(verdicts.entered, 0) = 0) <> (verdicts.verdict = 'no_data')
        or (verdicts.own_rate is null) <> (verdicts.verdict = 'no_data')
        or (verdicts.first_month is null) <> (verdicts.verdict = 'no_data')
)

select * from broken
