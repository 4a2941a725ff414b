{%- set dimensions = ['channel', 'lead_source', 'campaign', 'country', 'industry'] -%}
with

entries as (
    select * from {{ ref('int_stage_entries') }}
),

leads as (
    select * from {{ ref('dim_leads') }}
),

stage_pairs as (
    select * from {{ ref('int_stage_pairs') }}
),

as_of as (
    select * from {{ ref('stg_as_of') }}
),

-- the unit is a lead in a cycle; each step is asked of those that entered its first stage, in that cycle
steps as (
    select
        entries.lead_id,
        stage_pairs.from_stage,
        stage_pairs.to_stage,
        stage_pairs.horizon_days,
        case when not entries.is_inferred then entries.observed_at end as from_observed_at,
        case when not later_entries.is_inferred then later_entries.observed_at end as to_observed_at,
        entries.reached_at as from_reached_at,
        later_entries.reached_at as to_reached_at
    from entries
    inner join stage_pairs
        on entries.stage = stage_pairs.from_stage
    left join entries as later_entries
        on
            entries.lead_id = later_entries.lead_id
            and entries.cycle = later_entries.cycle
            and stage_pairs.to_stage = later_entries.stage
            and entries.reached_at <= later_entries.reached_at
    -- what was entered, or may have been, while nobody tracked it is unknown: neither late nor missing
    where
        not coalesce(entries.is_before_tracking, false)
        and not (
            coalesce(stage_pairs.is_to_computed, false)
            and {{ is_before_tracking('entries.reached_at', var('tracking_started_at')) }}
        )
),

-- observed and reached are two countings of the same step, each in the month of its own entry
counted as (
    select
        steps.lead_id,
        steps.from_stage,
        steps.to_stage,
        steps.horizon_days,
        {{ dbt.date_trunc('month', 'steps.from_observed_at') }} as cohort_month,
        1 as entered_observed,
        case when steps.to_observed_at >= steps.from_observed_at then 1 else 0 end as converted_observed,
        0 as entered_reached,
        0 as converted_reached,
        {{ dbt.dateadd('day', 'steps.horizon_days', 'steps.from_observed_at') }} as mature_at,
        case
            when steps.to_observed_at >= steps.from_observed_at
                then {{ days_between('steps.from_observed_at', 'steps.to_observed_at') }}
        end as days,
        steps.to_observed_at
    from steps
    where steps.from_observed_at is not null
    union all
    select
        steps.lead_id,
        steps.from_stage,
        steps.to_stage,
        steps.horizon_days,
        {{ dbt.date_trunc('month', 'steps.from_reached_at') }} as cohort_month,
        0 as entered_observed,
        0 as converted_observed,
        1 as entered_reached,
        case when steps.to_reached_at is not null then 1 else 0 end as converted_reached,
        cast(null as {{ dbt.type_timestamp() }}) as mature_at,
        cast(null as {{ type_double() }}) as days,
        cast(null as {{ dbt.type_timestamp() }}) as to_observed_at
    from steps
),

by_dimension as (
    select
        counted.*,
        'all' as dimension,
        cast(null as {{ dbt.type_string() }}) as dimension_value
    from counted
    inner join leads
        on counted.lead_id = leads.lead_id
    {%- for dimension in dimensions %}
    union all
    select
        counted.*,
        '{{ dimension }}' as dimension,
        leads.{{ dimension }} as dimension_value
    from counted
    inner join leads
        on counted.lead_id = leads.lead_id
    {%- endfor %}
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
        sum(case when by_dimension.mature_at <= as_of.as_of then 1 else 0 end) as mature_entered,
        sum(
            case
                when
                    by_dimension.mature_at <= as_of.as_of
                    and by_dimension.converted_observed = 1
                    and by_dimension.to_observed_at <= by_dimension.mature_at
                    then 1
                else 0
            end
        ) as mature_converted,
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
        cast(cohorts.p90_days as {{ type_double() }}) as p90_days
    from cohorts
)

select * from conversion
