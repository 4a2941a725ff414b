{%- set dimensions = ['channel', 'lead_source'] -%}
{%- set counts = ['entered', 'converted', 'mature_entered', 'mature_converted'] -%}
{%- set cohorts = {'': 'conversion_rate', 'mature_': 'mature_rate'} -%}
with

leads as (
    select * from {{ ref('dim_leads') }}
),

outcomes as (
    select * from {{ ref('int_lead_outcomes') }}
),

steps as (
    select * from {{ ref('int_step_conversions') }}
),

stages as (
    select * from {{ ref('stg_stages') }}
),

months as (
    select * from {{ ref('int_months') }}
),

as_of as (
    select * from {{ ref('stg_as_of') }}
),

-- lead to mql is asked of leads, in the month of their creation; mql to sql of lead-cycles, in the mql's
facts as (
    select
        {% for dimension in dimensions -%}
        leads.{{ dimension }},
        {% endfor -%}
        'lead' as from_stage,
        'mql' as to_stage,
        cast({{ dbt.date_trunc('month', 'leads.created_at') }} as date) as month_date,
        1 as entered,
        outcomes.has_mql as converted,
        outcomes.is_mature as mature_entered,
        outcomes.is_mature_mql as mature_converted
    from leads
    inner join outcomes
        on leads.lead_id = outcomes.lead_id
    where not leads.is_before_tracking
    union all
    select
        {% for dimension in dimensions -%}
        leads.{{ dimension }},
        {% endfor -%}
        steps.from_stage,
        steps.to_stage,
        cast({{ dbt.date_trunc('month', 'steps.from_observed_at') }} as date) as month_date,
        steps.is_entered as entered,
        steps.is_converted as converted,
        steps.is_mature as mature_entered,
        steps.is_mature_converted as mature_converted
    from steps
    inner join leads
        on steps.lead_id = leads.lead_id
    where
        steps.from_stage = 'mql'
        and steps.to_stage = 'sql'
        and steps.is_entered = 1
),

by_dimension as (
    {{ by_dimension('facts', dimensions) }}
),

sources as (
    select distinct
        by_dimension.dimension,
        by_dimension.dimension_value,
        by_dimension.from_stage,
        by_dimension.to_stage
    from by_dimension
),

-- a source is there in every month, so that one which came or went is seen to
facts_and_gaps as (
    select
        {% for count in counts -%}
        by_dimension.{{ count }},
        {% endfor -%}
        by_dimension.month_date,
        by_dimension.dimension,
        by_dimension.dimension_value,
        by_dimension.from_stage,
        by_dimension.to_stage
    from by_dimension
    union all
    select
        {% for count in counts -%}
        0 as {{ count }},
        {% endfor -%}
        months.month_date,
        sources.dimension,
        sources.dimension_value,
        sources.from_stage,
        sources.to_stage
    from months
    cross join sources
),

totals as (
    select
        {% for count in counts -%}
        {{ whole_sum('facts_and_gaps.' ~ count) }} as {{ count }},
        {% endfor -%}
        facts_and_gaps.month_date,
        facts_and_gaps.dimension,
        facts_and_gaps.dimension_value,
        facts_and_gaps.from_stage,
        facts_and_gaps.to_stage
    from facts_and_gaps
    group by
        facts_and_gaps.month_date,
        facts_and_gaps.dimension,
        facts_and_gaps.dimension_value,
        facts_and_gaps.from_stage,
        facts_and_gaps.to_stage
),

wholes as (
    select
        {% for count in counts -%}
        cast(sum(totals.{{ count }}) over (
            partition by totals.month_date, totals.dimension, totals.from_stage, totals.to_stage
        ) as bigint) as all_{{ count }},
        {% endfor -%}
        totals.*
    from totals
),

rates as (
    select
        {% for prefix, rate_name in cohorts.items() -%}
        {%- set part, whole = 'wholes.' ~ prefix ~ 'converted', 'wholes.' ~ prefix ~ 'entered' -%}
        {%- set all_part = 'wholes.all_' ~ prefix ~ 'converted' -%}
        {%- set all_whole = 'wholes.all_' ~ prefix ~ 'entered' -%}
        {{ rate(whole, all_whole) }}
            as {{ prefix }}entered_share,
        {{ rate(part, whole) }}
            as {{ rate_name }},
        {{ rate(all_part, all_whole) }}
            as overall_{{ rate_name }},
        {% endfor -%}
        wholes.*
    from wholes
),

with_month_before as (
    select
        {% for prefix, rate_name in cohorts.items() -%}
        {%- for figure in [prefix ~ 'entered_share', rate_name, 'overall_' ~ rate_name] -%}
        lag(rates.{{ figure }}) over (
            partition by rates.dimension, rates.dimension_value, rates.from_stage, rates.to_stage
            order by rates.month_date
        ) as {{ figure }}_before,
        {% endfor -%}
        {%- endfor -%}
        rates.*
    from rates
),

trend as (
    select
        with_month_before.month_date as cohort_month,
        with_month_before.dimension,
        with_month_before.dimension_value,
        with_month_before.from_stage,
        with_month_before.to_stage,
        {% for prefix, rate_name in cohorts.items() -%}
        {%- set part = 'with_month_before.' ~ prefix ~ 'converted' -%}
        {%- set whole = 'with_month_before.' ~ prefix ~ 'entered' -%}
        {%- set share = 'with_month_before.' ~ prefix ~ 'entered_share' -%}
        {%- set own = 'with_month_before.' ~ rate_name -%}
        {%- set overall = 'with_month_before.overall_' ~ rate_name -%}
        {{ whole }},
        {{ part }},
        {{ share }},
        {{ own }},
        {{ wilson_bound(part, whole, 'low') }} as {{ rate_name[:-5] }}_low,
        {{ wilson_bound(part, whole, 'high') }} as {{ rate_name[:-5] }}_high,
        {{ overall }} - {{ overall }}_before
            as {{ prefix }}overall_change,
        {{ mix_part(share ~ '_before', share, own ~ '_before', own, overall ~ '_before', overall) }}
            as {{ prefix }}mix_part,
        {{ rate_part(share ~ '_before', share, own ~ '_before', own, overall ~ '_before', overall) }}
            as {{ prefix }}rate_part,
        {% endfor -%}
        coalesce(
            {{ dbt.dateadd(
                'day', 'stages.horizon_days', dbt.dateadd('month', 1, 'with_month_before.month_date')
            ) }} <= as_of.as_of, false
        ) as is_mature,
        with_month_before.entered < {{ var('min_sample') }} as is_small_sample
    from with_month_before
    inner join stages
        on with_month_before.to_stage = stages.stage
    cross join as_of
)

select * from trend
