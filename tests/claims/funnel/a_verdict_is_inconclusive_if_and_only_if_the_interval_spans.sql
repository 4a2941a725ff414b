-- Said the other way round than in the mart: by what is spanned first, and by the rate's own side then.
with

verdicts as (
    select * from {{ ref('mart_benchmark_verdicts') }}
),

sides as (
    select
        verdicts.benchmark_id,
        verdicts.period,
        verdicts.meaning,
        verdicts.verdict,
        verdicts.own_rate,
        coalesce(
            verdicts.own_low < verdicts.benchmark_low and verdicts.own_high >= verdicts.benchmark_low, false
        )
        or coalesce(
            verdicts.own_low <= verdicts.benchmark_high and verdicts.own_high > verdicts.benchmark_high, false
        ) as is_spanning,
        coalesce(verdicts.benchmark_low = verdicts.benchmark_high, false) as is_one_figure,
        coalesce(verdicts.own_rate < verdicts.benchmark_low, false) as is_below,
        coalesce(verdicts.own_rate > verdicts.benchmark_high, false) as is_above
    from verdicts
),

expected as (
    select
        sides.*,
        case
            when sides.own_rate is null then 'no_data'
            when sides.is_spanning and not sides.is_one_figure then 'inconclusive'
            when sides.meaning = 'too_loose_below' and sides.is_below then 'too_loose'
            when sides.meaning = 'too_loose_below' then 'not_too_loose'
            when sides.meaning = 'too_strict_above' and sides.is_above then 'too_strict'
            when sides.meaning = 'too_strict_above' then 'not_too_strict'
            when sides.is_spanning then 'within'
            when sides.is_below then 'below'
            when sides.is_above then 'above'
            else 'within'
        end as expected_verdict
    from sides
),

broken as (
    select
        expected.benchmark_id,
        expected.period,
        expected.verdict,
        expected.expected_verdict
    from expected
    where expected.verdict <> expected.expected_verdict
)

select * from broken
