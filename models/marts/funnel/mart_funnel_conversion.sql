{%- set dimensions = [
    'channel', 'lead_source', 'campaign', 'ad_variant', 'audience', 'country', 'region', 'industry',
] -%}
{%- set counts = [
    'entered_observed', 'converted_observed', 'entered_reached', 'converted_reached', 'mature_entered',
    'mature_converted',
] -%}
with

steps as {{ read_where_used() }} (
    select * from {{ ref('int_step_conversions') }}
),

leads as (
    select * from {{ ref('dim_leads') }}
),

as_of as (
    select * from {{ ref('stg_as_of') }}
),

-- observed and reached are two countings of the same step, each in the month of its own entry
countings as (
    select
        steps.lead_id,
        {{ dbt.date_trunc('month', 'steps.from_observed_at') }} as cohort_month,
        steps.from_stage,
        steps.to_stage,
        steps.horizon_days,
        1 as entered_observed,
        steps.is_converted as converted_observed,
        0 as entered_reached,
        0 as converted_reached,
        steps.is_mature as mature_entered,
        steps.is_mature_converted as mature_converted
    from steps
    where steps.is_entered = 1
    union all
    select
        steps.lead_id,
        {{ dbt.date_trunc('month', 'steps.from_reached_at') }} as cohort_month,
        steps.from_stage,
        steps.to_stage,
        steps.horizon_days,
        0 as entered_observed,
        0 as converted_observed,
        1 as entered_reached,
        steps.is_converted_reached as converted_reached,
        0 as mature_entered,
        0 as mature_converted
    from steps
),

-- counted once for leads alike in every dimension: far fewer than leads, and what a dimension needs adds up
counts_of_alike as (
    select
        countings.cohort_month,
        countings.from_stage,
        countings.to_stage,
        {% for dimension in dimensions -%}
        leads.{{ dimension }},
        {% endfor -%}
        {% for count in counts -%}
        {{ whole_sum('countings.' ~ count) }} as {{ count }},
        {% endfor -%}
        max(countings.horizon_days) as horizon_days
    from countings
    inner join leads
        on countings.lead_id = leads.lead_id
    group by
        countings.cohort_month,
        countings.from_stage,
        countings.to_stage,
        leads.{{ dimensions | join(', leads.') }}
),

-- a median does not add up: it is asked of the conversions themselves
facts as (
    select
        counts_of_alike.cohort_month,
        counts_of_alike.from_stage,
        counts_of_alike.to_stage,
        {% for name in dimensions + counts -%}
        counts_of_alike.{{ name }},
        {% endfor -%}
        counts_of_alike.horizon_days,
        cast(null as {{ type_double() }}) as days
    from counts_of_alike
    union all
    select
        {{ dbt.date_trunc('month', 'steps.from_observed_at') }} as cohort_month,
        steps.from_stage,
        steps.to_stage,
        {% for dimension in dimensions -%}
        leads.{{ dimension }},
        {% endfor -%}
        {% for count in counts -%}
        0 as {{ count }},
        {% endfor -%}
        null as horizon_days,
        steps.days_to_convert as days
    from steps
    inner join leads
        on steps.lead_id = leads.lead_id
    where steps.days_to_convert is not null
),

by_dimension as (
    {{ by_dimension('facts', dimensions) }}
),

sums as (
    select
        by_dimension.cohort_month,
        by_dimension.dimension,
        by_dimension.dimension_value,
        by_dimension.from_stage,
        by_dimension.to_stage,
        max(by_dimension.horizon_days) as horizon_days,
        {% for count in counts -%}
        {{ whole_sum('by_dimension.' ~ count) }} as {{ count }},
        {% endfor -%}
        percentile_cont(0.5) within group (order by by_dimension.days) as median_days,
        percentile_cont(0.9) within group (order by by_dimension.days) as p90_days
    from by_dimension
    group by
        by_dimension.cohort_month,
        by_dimension.dimension,
        by_dimension.dimension_value,
        by_dimension.from_stage,
        by_dimension.to_stage
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
