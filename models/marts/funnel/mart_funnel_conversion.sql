{%- set dimensions = [
    'channel', 'lead_source', 'campaign', 'ad_variant', 'audience', 'country', 'region', 'industry',
] -%}
{#-
    Observed and reached are two countings of the same step, each in the month of its own entry. They are asked one
    dimension at a time: all of them at once are twenty rows for each step.
-#}
{%- set countings -%}
        select
            steps.*,
            {{ dbt.date_trunc('month', 'steps.from_observed_at') }} as cohort_month,
            steps.is_entered as entered_observed,
            steps.is_converted as converted_observed,
            0 as entered_reached,
            0 as converted_reached,
            steps.is_mature as mature_entered,
            steps.is_mature_converted as mature_converted,
            steps.days_to_convert as days
        from {{ ref('int_step_conversions') }} as steps
        where steps.is_entered = 1
        union all
        select
            steps.*,
            {{ dbt.date_trunc('month', 'steps.from_reached_at') }} as cohort_month,
            0 as entered_observed,
            0 as converted_observed,
            1 as entered_reached,
            steps.is_converted_reached as converted_reached,
            0 as mature_entered,
            0 as mature_converted,
            cast(null as {{ type_double() }}) as days
        from {{ ref('int_step_conversions') }} as steps
{%- endset %}
with

leads as (
    select * from {{ ref('dim_leads') }}
),

as_of as (
    select * from {{ ref('stg_as_of') }}
),

sums as (
    {%- for dimension in ['all'] + dimensions %}
    select
        counted.cohort_month,
        '{{ dimension }}' as dimension,
        {% if dimension == 'all' -%}
        cast(null as {{ dbt.type_string() }}) as dimension_value,
        {%- else -%}
        leads.{{ dimension }} as dimension_value,
        {%- endif %}
        counted.from_stage,
        counted.to_stage,
        max(counted.horizon_days) as horizon_days,
        sum(counted.entered_observed) as entered_observed,
        sum(counted.converted_observed) as converted_observed,
        sum(counted.entered_reached) as entered_reached,
        sum(counted.converted_reached) as converted_reached,
        sum(counted.mature_entered) as mature_entered,
        sum(counted.mature_converted) as mature_converted,
        percentile_cont(0.5) within group (order by counted.days) as median_days,
        percentile_cont(0.9) within group (order by counted.days) as p90_days
    from (
        {{ countings }}
    ) as counted
    inner join leads
        on counted.lead_id = leads.lead_id
    group by
        counted.cohort_month,
        counted.from_stage,
        counted.to_stage
        {%- if dimension != 'all' %},
        leads.{{ dimension }}
    {%- endif %}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

cohorts as (
    select
        sums.*,
        as_of.as_of
    from sums
    cross join as_of
),

conversion as (
    select
        cast(cohorts.cohort_month as date) as cohort_month,
        cohorts.dimension,
        cohorts.dimension_value,
        cohorts.from_stage,
        cohorts.to_stage,
        cast(cohorts.entered_observed as bigint) as entered_observed,
        cast(cohorts.converted_observed as bigint) as converted_observed,
        cast(cohorts.entered_reached as bigint) as entered_reached,
        cast(cohorts.converted_reached as bigint) as converted_reached,
        {{ rate('cohorts.converted_observed', 'cohorts.entered_observed') }} as conversion_rate,
        {{ wilson_bound('cohorts.converted_observed', 'cohorts.entered_observed', 'low') }} as conversion_low,
        {{ wilson_bound('cohorts.converted_observed', 'cohorts.entered_observed', 'high') }}
            as conversion_high,
        cast(cohorts.mature_entered as bigint) as mature_entered,
        cast(cohorts.mature_converted as bigint) as mature_converted,
        {{ rate('cohorts.mature_converted', 'cohorts.mature_entered') }} as mature_rate,
        {{ wilson_bound('cohorts.mature_converted', 'cohorts.mature_entered', 'low') }} as mature_low,
        {{ wilson_bound('cohorts.mature_converted', 'cohorts.mature_entered', 'high') }} as mature_high,
        coalesce(
            {{ dbt.dateadd('day', 'cohorts.horizon_days', dbt.dateadd('month', 1, 'cohorts.cohort_month')) }}
            <= cohorts.as_of, false
        ) as is_mature,
        cast(cohorts.median_days as {{ type_double() }}) as median_days,
        cast(cohorts.p90_days as {{ type_double() }}) as p90_days,
        cohorts.entered_observed < {{ var('min_sample') }} as is_small_sample
    from cohorts
)

select * from conversion
