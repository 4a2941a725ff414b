{%- set dimensions = {'definition': 'definition_id', 'criterion': 'criterion_id', 'queue': 'queue'} -%}
{%- set min_sample = var('min_sample') -%}
{%- set tested_sums = {
    'trials': 'tested.mature_mqls',
    'successes': 'tested.mature_accepted',
    'trials_x': 'tested.mature_mqls * tested.month_offset',
    'trials_xx': 'tested.mature_mqls * tested.month_offset * tested.month_offset',
    'successes_x': 'tested.mature_accepted * tested.month_offset',
} -%}
with

steps as (
    select * from {{ ref('int_step_conversions') }}
),

decisions as (
    select * from {{ ref('fct_sales_decisions') }}
),

stages as (
    select * from {{ ref('stg_stages') }}
),

as_of as (
    select * from {{ ref('stg_as_of') }}
),

-- accepted is whatever stands next above mql for both tracks: sal, or what a company without sal has instead
acceptance_stage as (
    select min(stages.rank) as rank
    from stages
    inner join stages as mql_stage
        on
            mql_stage.stage = 'mql'
            and stages.rank > mql_stage.rank
    where not stages.is_product_track
),

-- what "mature" is, the step has said; that it was accepted, the decision: a higher stage will do
asked as (
    select
        decisions.definition_id,
        decisions.criterion_id,
        decisions.queue,
        steps.horizon_days,
        {{ dbt.date_trunc('month', 'steps.from_observed_at') }} as cohort_month,
        case when decisions.decision = 'accepted' then 1 else 0 end as is_accepted,
        case when decisions.decision = 'rejected' then 1 else 0 end as is_rejected,
        case when decisions.decision = 'pending' then 1 else 0 end as is_pending,
        steps.is_mature,
        case
            when
                steps.is_mature = 1
                and decisions.decision = 'accepted'
                and decisions.decided_at <= steps.mature_at
                then 1
            else 0
        end as is_mature_accepted
    from steps
    inner join stages
        on steps.to_stage = stages.stage
    inner join acceptance_stage
        on stages.rank = acceptance_stage.rank
    inner join decisions
        on
            steps.lead_id = decisions.lead_id
            and steps.cycle = decisions.cycle
    where
        steps.from_stage = 'mql'
        and steps.is_entered = 1
        and not stages.is_product_track
),

by_dimension as (
    select
        asked.*,
        'all' as dimension,
        cast(null as {{ dbt.type_string() }}) as dimension_value
    from asked
    {%- for dimension, column in dimensions.items() %}
    union all
    select
        asked.*,
        '{{ dimension }}' as dimension,
        asked.{{ column }} as dimension_value
    from asked
    {%- endfor %}
),

months as (
    select
        by_dimension.dimension,
        by_dimension.dimension_value,
        by_dimension.cohort_month,
        count(*) as mqls,
        {{ whole_sum('by_dimension.is_accepted') }} as accepted,
        {{ whole_sum('by_dimension.is_rejected') }} as rejected,
        {{ whole_sum('by_dimension.is_pending') }} as pending,
        {{ whole_sum('by_dimension.is_mature') }} as mature_mqls,
        {{ whole_sum('by_dimension.is_mature_accepted') }} as mature_accepted,
        coalesce(
            {{ dbt.dateadd(
                'day', 'max(by_dimension.horizon_days)', dbt.dateadd('month', 1, 'by_dimension.cohort_month')
            ) }} <= max(as_of.as_of), false
        ) as is_mature
    from by_dimension
    cross join as_of
    group by by_dimension.dimension, by_dimension.dimension_value, by_dimension.cohort_month
),

-- each month is asked on what was known of months up to it; all together, on all of them
cohorts as (
    select
        months.cohort_month as counted_month,
        months.cohort_month as trend_month,
        months.*
    from months
    union all
    select
        cast(null as {{ dbt.type_timestamp() }}) as counted_month,
        max(months.cohort_month) over (
            partition by months.dimension, months.dimension_value
        ) as trend_month,
        months.*
    from months
),

sums as (
    select
        cohorts.dimension,
        cohorts.dimension_value,
        cohorts.counted_month,
        cohorts.trend_month,
        {%- for count in [
            'mqls', 'accepted', 'rejected', 'pending', 'mature_mqls', 'mature_accepted'
        ] %}
        {{ whole_sum('cohorts.' ~ count) }} as {{ count }},
        {%- endfor %}
        min(case when cohorts.is_mature then 1 else 0 end) = 1 as is_mature
    from cohorts
    group by
        cohorts.dimension,
        cohorts.dimension_value,
        cohorts.counted_month,
        cohorts.trend_month
),

earlier_months as (
    select
        sums.dimension,
        sums.dimension_value,
        sums.counted_month,
        months.mature_mqls,
        months.mature_accepted,
        -{{ dbt.datediff('months.cohort_month', 'sums.trend_month', 'month') }} as month_offset,
        row_number() over (
            partition by sums.dimension, sums.dimension_value, sums.counted_month
            order by months.cohort_month desc
        ) as months_back
    from sums
    inner join months
        on
            sums.dimension = months.dimension
            and (
                sums.dimension_value = months.dimension_value
                or (sums.dimension_value is null and months.dimension_value is null)
            )
            and sums.trend_month >= months.cohort_month
    where months.is_mature
),

tested as (
    select *
    from earlier_months
    where earlier_months.months_back <= {{ var('trend_months') }}
),

tested_summed as (
    select
        tested.*,
        {%- for name, term in tested_sums.items() %}
        cast(sum({{ term }}) over (
            partition by tested.dimension, tested.dimension_value, tested.counted_month
        ) as bigint) as {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from tested
),

-- the same test once more for each month, without it
tested_without as (
    select
        tested.dimension,
        tested.dimension_value,
        tested.counted_month,
        tested.mature_mqls,
        {{ cochran_armitage_z(
            'tested.trials', 'tested.successes', 'tested.trials_x', 'tested.trials_xx', 'tested.successes_x'
        ) }} as z,
        {{ cochran_armitage_z(
            '(tested.trials - ' ~ tested_sums['trials'] ~ ')',
            '(tested.successes - ' ~ tested_sums['successes'] ~ ')',
            '(tested.trials_x - ' ~ tested_sums['trials_x'] ~ ')',
            '(tested.trials_xx - ' ~ tested_sums['trials_xx'] ~ ')',
            '(tested.successes_x - ' ~ tested_sums['successes_x'] ~ ')'
        ) }} as z_without
    from tested_summed as tested
),

trends as (
    select
        tested_without.dimension,
        tested_without.dimension_value,
        tested_without.counted_month,
        max(tested_without.z) as z,
        {{ normal_p_value('max(tested_without.z)') }} as p_value,
        -- the weakest of the tests in the direction of the whole; without one of them nothing is proven
        case
            when count(tested_without.z_without) < count(*) then cast(0 as {{ type_double() }})
            when max(tested_without.z) > 0 then min(tested_without.z_without)
            else -max(tested_without.z_without)
        end as weakest_z,
        sum(case when tested_without.mature_mqls >= {{ min_sample }} then 1 else 0 end) as solid_months
    from tested_without
    group by
        tested_without.dimension,
        tested_without.dimension_value,
        tested_without.counted_month
),

judged as (
    select
        trends.*,
        case
            when trends.p_value < {{ var('trend_alpha') }} and trends.z > 0 then 'rising'
            when trends.p_value < {{ var('trend_alpha') }} then 'falling'
            when trends.p_value is not null then 'none'
        end as direction,
        coalesce(
            trends.p_value < {{ var('trend_alpha') }}
            and trends.weakest_z > 0
            and {{ normal_p_value('trends.weakest_z') }} < {{ var('trend_alpha') }}
            and trends.solid_months >= {{ var('trend_min_months') }},
            false
        ) as is_drifting
    from trends
),

acceptance as (
    select
        cast(sums.counted_month as date) as cohort_month,
        sums.dimension,
        sums.dimension_value,
        sums.mqls,
        sums.accepted,
        sums.rejected,
        sums.pending,
        {{ rate('sums.accepted', 'sums.mqls') }} as acceptance_rate,
        {{ wilson_bound('sums.accepted', 'sums.mqls', 'low') }} as acceptance_low,
        {{ wilson_bound('sums.accepted', 'sums.mqls', 'high') }} as acceptance_high,
        sums.mature_mqls,
        sums.mature_accepted,
        {{ rate('sums.mature_accepted', 'sums.mature_mqls') }} as mature_rate,
        {{ wilson_bound('sums.mature_accepted', 'sums.mature_mqls', 'low') }} as mature_low,
        {{ wilson_bound('sums.mature_accepted', 'sums.mature_mqls', 'high') }} as mature_high,
        sums.is_mature,
        -- of two whole months that follow each other, never across a gap
        case when sums.is_mature and previous.is_mature then
            100.0 * (
                {{ rate('sums.mature_accepted', 'sums.mature_mqls') }}
                - {{ rate('previous.mature_accepted', 'previous.mature_mqls') }}
            )
        end as change_from_previous_month,
        judged.z as trend_z,
        judged.p_value as trend_p_value,
        judged.direction as trend_direction,
        coalesce(judged.is_drifting, false) as is_drifting,
        sums.mqls < {{ min_sample }} as is_small_sample
    from sums
    left join months as previous
        on
            sums.dimension = previous.dimension
            and (
                sums.dimension_value = previous.dimension_value
                or (sums.dimension_value is null and previous.dimension_value is null)
            )
            and sums.counted_month = {{ dbt.dateadd('month', 1, 'previous.cohort_month') }}
    left join judged
        on
            sums.dimension = judged.dimension
            and (
                sums.dimension_value = judged.dimension_value
                or (sums.dimension_value is null and judged.dimension_value is null)
            )
            and (
                sums.counted_month = judged.counted_month
                or (sums.counted_month is null and judged.counted_month is null)
            )
)

select * from acceptance
