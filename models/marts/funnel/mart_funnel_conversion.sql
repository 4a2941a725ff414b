{%- set dimensions = [
    'channel', 'lead_source', 'campaign', 'ad_variant', 'audience', 'country', 'region', 'industry',
] -%}
with

steps as (
    select * from {{ ref('int_step_conversions') }}
),

leads as (
    select * from {{ ref('dim_leads') }}
),

as_of as (
    select * from {{ ref('stg_as_of') }}
),

steps_of_leads as (
    select
        {% for dimension in dimensions -%}
        leads.{{ dimension }},
        {% endfor -%}
        steps.*
    from steps
    inner join leads
        on steps.lead_id = leads.lead_id
),

-- observed and reached are two countings of the same step, each in the month of its own entry
counted as (
    select
        steps_of_leads.*,
        {{ dbt.date_trunc('month', 'steps_of_leads.from_observed_at') }} as cohort_month,
        steps_of_leads.is_entered as entered_observed,
        steps_of_leads.is_converted as converted_observed,
        0 as entered_reached,
        0 as converted_reached,
        steps_of_leads.is_mature as mature_entered,
        steps_of_leads.is_mature_converted as mature_converted,
        steps_of_leads.days_to_convert as days
    from steps_of_leads
    where steps_of_leads.is_entered = 1
    union all
    select
        steps_of_leads.*,
        {{ dbt.date_trunc('month', 'steps_of_leads.from_reached_at') }} as cohort_month,
        0 as entered_observed,
        0 as converted_observed,
        1 as entered_reached,
        steps_of_leads.is_converted_reached as converted_reached,
        0 as mature_entered,
        0 as mature_converted,
        cast(null as {{ type_double() }}) as days
    from steps_of_leads
),

by_dimension as (
    {{ by_dimension('counted', dimensions) }}
),

cohorts as (
    select
        by_dimension.cohort_month,
        by_dimension.dimension,
        by_dimension.dimension_value,
        by_dimension.from_stage,
        by_dimension.to_stage,
        max(by_dimension.horizon_days) as horizon_days,
        sum(by_dimension.entered_observed) as entered_observed,
        sum(by_dimension.converted_observed) as converted_observed,
        sum(by_dimension.entered_reached) as entered_reached,
        sum(by_dimension.converted_reached) as converted_reached,
        sum(by_dimension.mature_entered) as mature_entered,
        sum(by_dimension.mature_converted) as mature_converted,
        percentile_cont(0.5) within group (order by by_dimension.days) as median_days,
        percentile_cont(0.9) within group (order by by_dimension.days) as p90_days,
        max(as_of.as_of) as as_of
    from by_dimension
    cross join as_of
    group by
        by_dimension.cohort_month,
        by_dimension.dimension,
        by_dimension.dimension_value,
        by_dimension.from_stage,
        by_dimension.to_stage
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
