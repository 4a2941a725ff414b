-- Of each dimension, the mix and rate parts of its values; and the change is that of the rates of
-- `all`. Shares and rates are doubles of 16 digits, of which a sum over thousands of sources may lose
-- three: 1e-12.
with

trend as (
    select * from {{ ref('mart_source_quality_trend') }}
),

sums as (
    {%- for prefix in ['', 'mature_'] %}
    select
        '{{ prefix }}parts' as measure,
        trend.cohort_month,
        trend.dimension,
        trend.from_stage,
        trend.to_stage,
        min(trend.{{ prefix }}overall_change) as least_change,
        max(trend.{{ prefix }}overall_change) as overall_change,
        sum(trend.{{ prefix }}mix_part + trend.{{ prefix }}rate_part) as parts,
        count(trend.{{ prefix }}mix_part + trend.{{ prefix }}rate_part) as parts_found,
        count(*) as parts_expected,
        sum(trend.{{ prefix }}entered) as entered,
        sum(trend.{{ prefix }}entered_share) as entered_share
    from trend
    group by trend.cohort_month, trend.dimension, trend.from_stage, trend.to_stage
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

changes as (
    {%- for prefix, rate in {'': 'conversion_rate', 'mature_': 'mature_rate'}.items() %}
    select
        '{{ prefix }}parts' as measure,
        trend.cohort_month,
        trend.from_stage,
        trend.to_stage,
        trend.{{ rate }} - lag(trend.{{ rate }}) over (
            partition by trend.from_stage, trend.to_stage
            order by trend.cohort_month
        ) as overall_change
    from trend
    where trend.dimension = 'all'
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

disagreements as (
    select
        sums.*,
        changes.overall_change as change_of_all
    from sums
    left join changes
        on
            sums.measure = changes.measure
            and sums.cohort_month = changes.cohort_month
            and sums.from_stage = changes.from_stage
            and sums.to_stage = changes.to_stage
    where
        abs(sums.parts - changes.overall_change) > 1e-12
        or abs(sums.overall_change - changes.overall_change) > 1e-12
        or abs(sums.least_change - changes.overall_change) > 1e-12
        or (changes.overall_change is null) <> (sums.overall_change is null)
        or sums.parts_found <> case when changes.overall_change is null then 0 else sums.parts_expected end
        or abs(sums.entered_share - 1) > 1e-12
        or (sums.entered > 0) <> (sums.entered_share is not null)
)

select * from disagreements
