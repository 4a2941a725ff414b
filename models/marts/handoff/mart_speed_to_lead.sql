with

clocks as (
    select *
    from {{ ref('int_sla_clocks') }} as clocks
    where clocks.is_timed
),

entries as (
    select * from {{ ref('int_stage_entries') }}
),

response_classes as (
    select * from {{ ref('stg_response_classes') }}
),

stages as (
    select * from {{ ref('stg_stages') }}
),

as_of as (
    select * from {{ ref('stg_as_of') }}
),

later_stages as (
    select
        stages.stage as to_stage,
        stages.horizon_days
    from stages
    inner join stages as mql_stage
        on
            mql_stage.stage = 'mql'
            and stages.rank > mql_stage.rank
    where not stages.is_product_track
),

-- all of them, the classes from fast to slow, and the unanswered
classes as (
    select
        'all' as response_class,
        0 as class_rank
    union all
    select
        response_classes.response_class,
        response_classes.class_rank
    from response_classes
    union all
    select
        'none' as response_class,
        count(response_classes.response_class) + 1 as class_rank
    from response_classes
),

-- every month, and all of them together
months as (
    select distinct cast({{ dbt.date_trunc('month', 'clocks.mql_at') }} as date) as cohort_month
    from clocks
    union all
    select cast(null as date) as cohort_month
),

cells as (
    select
        months.cohort_month,
        classes.response_class,
        classes.class_rank,
        later_stages.to_stage,
        later_stages.horizon_days
    from months
    cross join classes
    cross join later_stages
),

steps as (
    select
        clocks.mql_at,
        clocks.response_class,
        later_stages.to_stage,
        {{ dbt.dateadd('day', 'later_stages.horizon_days', 'clocks.mql_at') }} as mature_at,
        case when not entries.is_inferred then entries.observed_at end as converted_observed_at,
        entries.reached_at as converted_reached_at
    from clocks
    cross join later_stages
    left join entries
        on
            clocks.lead_id = entries.lead_id
            and clocks.cycle = entries.cycle
            and later_stages.to_stage = entries.stage
            and clocks.mql_at <= entries.reached_at
),

counted as (
    select
        cast({{ dbt.date_trunc('month', 'steps.mql_at') }} as date) as cohort_month,
        steps.response_class,
        steps.to_stage,
        case when steps.converted_observed_at is not null then 1 else 0 end as converted_observed,
        case when steps.converted_reached_at is not null then 1 else 0 end as converted_reached,
        case when steps.mature_at <= as_of.as_of then 1 else 0 end as mature_mqls,
        case
            when steps.mature_at <= as_of.as_of and steps.converted_observed_at <= steps.mature_at then 1
            else 0
        end as mature_converted
    from steps
    cross join as_of
),

totals as (
    select
        cells.cohort_month,
        cells.response_class,
        cells.class_rank,
        cells.to_stage,
        count(counted.to_stage) as mqls,
        coalesce({{ whole_sum('counted.converted_observed') }}, 0) as converted_observed,
        coalesce({{ whole_sum('counted.converted_reached') }}, 0) as converted_reached,
        coalesce({{ whole_sum('counted.mature_mqls') }}, 0) as mature_mqls,
        coalesce({{ whole_sum('counted.mature_converted') }}, 0) as mature_converted
    from cells
    left join counted
        on
            cells.to_stage = counted.to_stage
            and (cells.response_class = 'all' or cells.response_class = counted.response_class)
            and (cells.cohort_month is null or cells.cohort_month = counted.cohort_month)
    group by cells.cohort_month, cells.response_class, cells.class_rank, cells.to_stage
),

-- the unanswered are in the whole, and so in every class's share of it
shares as (
    select
        totals.*,
        whole.mqls as all_mqls
    from totals
    inner join totals as whole
        on
            whole.response_class = 'all'
            and totals.to_stage = whole.to_stage
            and (
                totals.cohort_month = whole.cohort_month
                or (totals.cohort_month is null and whole.cohort_month is null)
            )
),

speed as (
    select
        shares.cohort_month,
        shares.response_class,
        cast(shares.class_rank as integer) as class_rank,
        shares.to_stage,
        cast(shares.mqls as bigint) as mqls,
        cast(shares.all_mqls as bigint) as all_mqls,
        {{ rate('shares.mqls', 'shares.all_mqls') }} as class_rate,
        {{ wilson_bound('shares.mqls', 'shares.all_mqls', 'low') }} as class_low,
        {{ wilson_bound('shares.mqls', 'shares.all_mqls', 'high') }} as class_high,
        shares.converted_observed,
        shares.converted_reached,
        {{ rate('shares.converted_observed', 'shares.mqls') }} as conversion_rate,
        {{ wilson_bound('shares.converted_observed', 'shares.mqls', 'low') }} as conversion_low,
        {{ wilson_bound('shares.converted_observed', 'shares.mqls', 'high') }} as conversion_high,
        shares.mature_mqls,
        shares.mature_converted,
        {{ rate('shares.mature_converted', 'shares.mature_mqls') }} as mature_rate,
        {{ wilson_bound('shares.mature_converted', 'shares.mature_mqls', 'low') }} as mature_low,
        {{ wilson_bound('shares.mature_converted', 'shares.mature_mqls', 'high') }} as mature_high,
        shares.mqls < {{ var('min_sample') }} as is_small_sample
    from shares
)

select * from speed
