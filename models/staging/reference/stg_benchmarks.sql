with

source as (
    select * from {{ ref('benchmarks') }}
),

typed as (
    select
        trim(source.benchmark_id) as benchmark_id,
        lower(trim(source.comparison_class)) as comparison_class,
        trim(source.source) as source,
        nullif(trim(source.segment), '') as segment,
        lower(trim(source.meaning)) as meaning,
        cast(nullif(trim(source.low), '') as decimal(5, 4)) as benchmark_low,
        cast(nullif(trim(source.high), '') as decimal(5, 4)) as benchmark_high,
        nullif(trim(source.caveat), '') as caveat,
        nullif(trim(source.note), '') as note
    from source
)

select * from typed
