{%- set steps = {
    'mql_to_sql': {'from': 'mql', 'to': 'sql', 'who': 'MQLs', 'what': 'became SQLs'},
    'mql_to_sal': {'from': 'mql', 'to': 'sal', 'who': 'MQLs', 'what': 'were accepted by sales'},
    'mql_to_customer': {'from': 'mql', 'to': 'customer', 'who': 'MQLs', 'what': 'became customers'},
    'pql_to_customer': {'from': 'pql', 'to': 'customer', 'who': 'PQLs', 'what': 'became customers'},
} -%}
{%- set ranges = {
    'typical': 'calls typical',
    'average': 'gives as the average',
    'top': 'gives for the top',
    'target': 'gives as the target',
} -%}
with

benchmarks as (
    select * from {{ ref('stg_benchmarks') }}
),

stage_pairs as (
    select * from {{ ref('int_stage_pairs') }}
),

funnel as (
    select * from {{ ref('mart_funnel_conversion') }}
),

acceptance as (
    select * from {{ ref('mart_mql_acceptance') }}
),

-- a company without one of the stages is not asked: acceptance of another stage would be another question
steps_known as (
    {%- for comparison_class, step in steps.items() %}
    select
        '{{ comparison_class }}' as comparison_class,
        stage_pairs.from_stage,
        stage_pairs.to_stage
    from stage_pairs
    where
        stage_pairs.from_stage = '{{ step['from'] }}'
        and stage_pairs.to_stage = '{{ step['to'] }}'
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

-- if some came further and nobody was ever seen at the stage, it is not recorded: unknown, and not 0 %
steps_unrecorded as (
    select steps_known.comparison_class
    from funnel
    inner join steps_known
        on
            funnel.from_stage = steps_known.from_stage
            and funnel.to_stage = steps_known.to_stage
    where
        funnel.dimension = 'all'
        and steps_known.to_stage <> 'sal'
    group by steps_known.comparison_class
    having sum(funnel.converted_observed) = 0 and sum(funnel.converted_reached) > 0
),

-- accepted is who reached sal or a higher stage: an SQL that nobody marked as accepted was accepted
cohorts as (
    select
        steps_known.comparison_class,
        funnel.cohort_month,
        funnel.is_mature,
        funnel.mature_entered as entered,
        funnel.mature_converted as converted
    from funnel
    inner join steps_known
        on
            funnel.from_stage = steps_known.from_stage
            and funnel.to_stage = steps_known.to_stage
    left join steps_unrecorded
        on steps_known.comparison_class = steps_unrecorded.comparison_class
    where
        funnel.dimension = 'all'
        and steps_known.to_stage <> 'sal'
        and steps_unrecorded.comparison_class is null
    union all
    select
        steps_known.comparison_class,
        acceptance.cohort_month,
        acceptance.is_mature,
        acceptance.mature_mqls as entered,
        acceptance.mature_accepted as converted
    from acceptance
    cross join steps_known
    where
        acceptance.dimension = 'all'
        and acceptance.cohort_month is not null
        and steps_known.to_stage = 'sal'
),

own_trends as (
    select
        steps_known.comparison_class,
        case
            when acceptance.is_drifting or acceptance.trend_direction is null then acceptance.trend_direction
            else 'none'
        end as own_trend
    from acceptance
    cross join steps_known
    where
        acceptance.dimension = 'all'
        and acceptance.cohort_month is null
        and steps_known.to_stage = 'sal'
),

cohorts_in_order as (
    select
        cohorts.*,
        row_number() over (
            partition by cohorts.comparison_class, cohorts.is_mature order by cohorts.cohort_month desc
        ) as months_back
    from cohorts
    where cohorts.entered > 0
),

cohorts_of_periods as (
    select
        cohorts_in_order.*,
        'all' as period
    from cohorts_in_order
    union all
    select
        cohorts_in_order.*,
        'recent' as period
    from cohorts_in_order
    where
        cohorts_in_order.is_mature
        and cohorts_in_order.months_back <= {{ var('benchmark_recent_months') }}
),

counts as (
    select
        cohorts_of_periods.comparison_class,
        cohorts_of_periods.period,
        min(cohorts_of_periods.cohort_month) as first_month,
        max(cohorts_of_periods.cohort_month) as last_month,
        {{ whole_sum('cohorts_of_periods.entered') }} as entered,
        {{ whole_sum('cohorts_of_periods.converted') }} as converted
    from cohorts_of_periods
    group by
        cohorts_of_periods.comparison_class,
        cohorts_of_periods.period
),

periods as (
    select 'all' as period
    union all
    select 'recent' as period
),

-- nobody yet is 0; where the stages know no such step, or nobody recorded it, nothing is known
compared as (
    select
        benchmarks.*,
        periods.period,
        counts.first_month,
        counts.last_month,
        own_trends.own_trend,
        steps_unrecorded.comparison_class is not null as is_unrecorded,
        case
            when steps_known.comparison_class is not null and steps_unrecorded.comparison_class is null
                then coalesce(counts.entered, 0)
        end as entered,
        case
            when steps_known.comparison_class is not null and steps_unrecorded.comparison_class is null
                then coalesce(counts.converted, 0)
        end as converted
    from benchmarks
    cross join periods
    left join steps_known
        on benchmarks.comparison_class = steps_known.comparison_class
    left join steps_unrecorded
        on benchmarks.comparison_class = steps_unrecorded.comparison_class
    left join counts
        on
            benchmarks.comparison_class = counts.comparison_class
            and periods.period = counts.period
    left join own_trends
        on benchmarks.comparison_class = own_trends.comparison_class
),

rated as (
    select
        compared.*,
        {{ rate('compared.converted', 'compared.entered') }} as own_rate,
        {{ wilson_bound('compared.converted', 'compared.entered', 'low') }} as own_low,
        {{ wilson_bound('compared.converted', 'compared.entered', 'high') }} as own_high,
        cast(compared.benchmark_low as {{ type_double() }}) as low,
        cast(compared.benchmark_high as {{ type_double() }}) as high
    from compared
),

-- a figure without a range is within reach or it is not; only an interval across a line leaves it open
judged as (
    select
        rated.*,
        case
            when rated.own_rate is null then 'no_data'
            when rated.meaning = 'too_loose_below' and rated.own_high < rated.low then 'too_loose'
            when rated.meaning = 'too_loose_below' and rated.own_low >= rated.low then 'not_too_loose'
            when rated.meaning = 'too_strict_above' and rated.own_low > rated.high then 'too_strict'
            when rated.meaning = 'too_strict_above' and rated.own_high <= rated.high then 'not_too_strict'
            when rated.meaning in ('too_loose_below', 'too_strict_above') then 'inconclusive'
            when rated.own_high < rated.low then 'below'
            when rated.own_low > rated.high then 'above'
            when rated.low = rated.high then 'within'
            when rated.own_low >= rated.low and rated.own_high <= rated.high then 'within'
            else 'inconclusive'
        end as verdict
    from rated
),

worded as (
    select
        judged.*,
        case judged.comparison_class
            {%- for comparison_class, step in steps.items() %}
            when '{{ comparison_class }}' then '{{ step['who'] }}'
            {%- endfor %}
        end as leads_in_words,
        case judged.comparison_class
            {%- for comparison_class, step in steps.items() %}
            when '{{ comparison_class }}' then '{{ step['what'] }}'
            {%- endfor %}
        end as step_in_words,
        case when judged.source = 'unnamed' then 'an unnamed source' else judged.source end
        || coalesce(' (' || judged.segment || ')', '') as source_in_words,
        case
            when judged.benchmark_low < judged.benchmark_high
                then {{ whole_percent('judged.benchmark_low') }} || ' to '
            else ''
        end
        || {{ whole_percent('coalesce(judged.benchmark_high, judged.benchmark_low)') }}
        || '%' as figure_in_words,
        case
            when judged.verdict = 'no_data' then 'nothing to hold against'
            when judged.verdict = 'too_loose' then 'too loose, below'
            when judged.verdict = 'not_too_loose' then 'not too loose, above'
            when judged.verdict = 'too_strict' then 'too strict, above'
            when judged.verdict = 'not_too_strict' then 'not too strict, below'
            when judged.verdict = 'inconclusive' and judged.meaning = 'too_loose_below'
                then 'inconclusive whether too loose, as the interval spans'
            when judged.verdict = 'inconclusive' and judged.meaning = 'too_strict_above'
                then 'inconclusive whether too strict, as the interval spans'
            when judged.verdict = 'inconclusive' then 'inconclusive, as the interval spans an end of'
            when judged.verdict = 'within' and judged.low = judged.high then 'not to be told from'
            else judged.verdict
        end as verdict_in_words
    from judged
),

verdicts as (
    select
        worded.benchmark_id,
        worded.comparison_class,
        worded.source,
        worded.segment,
        worded.meaning,
        worded.benchmark_low,
        worded.benchmark_high,
        worded.caveat,
        worded.period,
        cast(worded.first_month as date) as first_month,
        cast(worded.last_month as date) as last_month,
        cast(worded.entered as bigint) as entered,
        cast(worded.converted as bigint) as converted,
        worded.own_rate,
        worded.own_low,
        worded.own_high,
        worded.own_trend,
        worded.verdict,
        case
            when worded.is_unrecorded
                then
                    'Nobody recorded which ' || worded.leads_in_words || ' ' || worded.step_in_words
                    || ', though some came further: '
            when worded.entered is null
                then
                    'No step among the stages that says which ' || worded.leads_in_words || ' '
                    || worded.step_in_words || ': '
            when worded.own_rate is null
                then 'No mature ' || worded.leads_in_words || ' of ' || worded.period || ' months yet: '
            else
                cast(worded.converted as {{ dbt.type_string() }}) || ' of '
                || cast(worded.entered as {{ dbt.type_string() }}) || ' mature ' || worded.leads_in_words
                || ' of ' || worded.period || ' months ' || worded.step_in_words || ', '
                || {{ whole_percent('worded.own_rate') }} || '% ('
                || {{ whole_percent('worded.own_low') }} || ' to '
                || {{ whole_percent('worded.own_high') }} || '%): '
        end
        || worded.verdict_in_words
        || case worded.meaning
            {%- for meaning, words in ranges.items() %}
            when '{{ meaning }}'
                then ' the ' || worded.figure_in_words || ' that ' || worded.source_in_words || ' {{ words }}'
            {%- endfor %}
            else ' the line that ' || worded.source_in_words || ' draws at ' || worded.figure_in_words
        end
        || coalesce(' (' || worded.caveat || ')', '')
        || '.'
        || case
            when worded.entered < {{ var('min_sample') }} and worded.entered > 0 then ' Small sample.'
            else ''
        end as verdict_sentence,
        coalesce(worded.entered, 0) < {{ var('min_sample') }} as is_small_sample
    from worded
)

select * from verdicts
