with

benchmarks as (
    select * from {{ ref('stg_benchmarks') }}
),

verdicts as (
    select
        verdicts.benchmark_id,
        sum(case when verdicts.period = 'all' then 1 else 0 end) as of_all,
        sum(case when verdicts.period = 'recent' then 1 else 0 end) as of_recent,
        count(*) as of_any
    from {{ ref('mart_benchmark_verdicts') }} as verdicts
    group by verdicts.benchmark_id
),

broken as (
    select
        coalesce(benchmarks.benchmark_id, verdicts.benchmark_id) as benchmark_id,
        verdicts.of_all,
        verdicts.of_recent
    from benchmarks
    full outer join verdicts
        on benchmarks.benchmark_id = verdicts.benchmark_id
    where
        benchmarks.benchmark_id is null
        or verdicts.benchmark_id is null
        or verdicts.of_all <> 1
        or verdicts.of_recent <> 1
        or verdicts.of_any <> 2
)

select * from broken
