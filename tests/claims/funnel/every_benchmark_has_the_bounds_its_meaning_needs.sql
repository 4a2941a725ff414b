-- A range has two ends, an average is one figure, a line has one side; shares lie within 0 and 1.
with

benchmarks as (
    select * from {{ ref('stg_benchmarks') }}
),

broken as (
    select
        benchmarks.benchmark_id,
        benchmarks.meaning,
        benchmarks.benchmark_low,
        benchmarks.benchmark_high
    from benchmarks
    where
        benchmarks.benchmark_low < 0
        or benchmarks.benchmark_low > 1
        or benchmarks.benchmark_high < 0
        or benchmarks.benchmark_high > 1
        or benchmarks.benchmark_low > benchmarks.benchmark_high
        or (benchmarks.benchmark_low is null) <> (benchmarks.meaning = 'too_strict_above')
        or (benchmarks.benchmark_high is null) <> (benchmarks.meaning = 'too_loose_below')
        or (benchmarks.meaning = 'average' and benchmarks.benchmark_low <> benchmarks.benchmark_high)
)

select * from broken
