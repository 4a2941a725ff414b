{%- set min_sample = var('min_sample') -%}
{#- as one quotient of whole numbers: 30 of 50, then 20 of 50 are 20 points apart to the last digit -#}
{%- set both = 'sums.mature_mqls * previous.mature_mqls' -%}
{%- set change = '100 * (sums.mature_accepted * previous.mature_mqls'
    ~ ' - previous.mature_accepted * sums.mature_mqls)' -%}
{%- set of_row = 'partition by terms.dimension, terms.dimension_value, terms.counted_month' -%}
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

-- sal, or what a company without it reports next: one stage, however many stand on its rank
acceptance_stages as (
    select
        stages.stage,
        row_number() over (order by stages.rank, stages.stage) as stages_above
    from stages
    inner join {{ ref('int_stage_pairs') }} as stage_pairs
        on stages.stage = stage_pairs.to_stage
    inner join stages as mql_stage
        on
            stage_pairs.from_stage = mql_stage.stage
            and stages.rank > mql_stage.rank
    where
        mql_stage.stage = 'mql'
        and stages.entered_by = 'reported'
        and not stages.is_product_track
),

-- what "mature" is, the step has said; that it was accepted, the decision: a higher stage will do
asked as (
    select
        decisions.definition_id as definition,
        decisions.criterion_id as criterion,
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
    inner join acceptance_stages
        on steps.to_stage = acceptance_stages.stage
    inner join decisions
        on
            steps.lead_id = decisions.lead_id
            and steps.cycle = decisions.cycle
    where
        steps.from_stage = 'mql'
        and steps.is_entered = 1
        and acceptance_stages.stages_above = 1
),

by_dimension as (
    {{ by_dimension('asked', ['definition', 'criterion', 'queue']) }}
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
        {{ dbt.datediff('sums.trend_month', 'months.cohort_month', 'month') }}
            as month_offset,
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

terms as (
    select
        earlier_months.dimension,
        earlier_months.dimension_value,
        earlier_months.counted_month,
        earlier_months.mature_mqls as n,
        earlier_months.mature_accepted as k,
        earlier_months.mature_mqls * earlier_months.month_offset as n_x,
        earlier_months.mature_mqls * earlier_months.month_offset * earlier_months.month_offset as n_xx,
        earlier_months.mature_accepted * earlier_months.month_offset as k_x
    from earlier_months
    where earlier_months.months_back <= {{ var('trend_months') }}
),

terms_summed as (
    select
        terms.*,
        cast(sum(terms.n) over ({{ of_row }}) as bigint) as all_n,
        cast(sum(terms.k) over ({{ of_row }}) as bigint) as all_k,
        cast(sum(terms.n_x) over ({{ of_row }}) as bigint) as all_n_x,
        cast(sum(terms.n_xx) over ({{ of_row }}) as bigint) as all_n_xx,
        cast(sum(terms.k_x) over ({{ of_row }}) as bigint) as all_k_x
    from terms
),

others as (
    select
        terms_summed.*,
        terms_summed.all_n - terms_summed.n as others_n,
        terms_summed.all_k - terms_summed.k as others_k,
        terms_summed.all_n_x - terms_summed.n_x as others_n_x,
        terms_summed.all_n_xx - terms_summed.n_xx as others_n_xx,
        terms_summed.all_k_x - terms_summed.k_x as others_k_x
    from terms_summed
),

-- the same test once more for each month, without it
tested as (
    select
        others.dimension,
        others.dimension_value,
        others.counted_month,
        others.n,
        {{ cochran_armitage_z(
            'others.all_n', 'others.all_k', 'others.all_n_x', 'others.all_n_xx', 'others.all_k_x'
        ) }} as z,
        {{ cochran_armitage_z(
            'others.others_n', 'others.others_k', 'others.others_n_x', 'others.others_n_xx', 'others.others_k_x'
        ) }} as z_without
    from others
),

-- the weakest of these tests, in the direction of the whole; without one of them nothing is proven
trends as (
    select
        tested.dimension,
        tested.dimension_value,
        tested.counted_month,
        max(tested.z) as z,
        case
            when count(tested.z_without) < count(*) then cast(0 as {{ type_double() }})
            when max(tested.z) > 0 then min(tested.z_without)
            else -max(tested.z_without)
        end as weakest_z,
        sum(case when tested.n >= {{ min_sample }} then 1 else 0 end) as solid_months
    from tested
    group by tested.dimension, tested.dimension_value, tested.counted_month
),

chances as (
    select
        trends.*,
        {{ normal_p_value('trends.z') }} as p_value,
        {{ normal_p_value('trends.weakest_z') }} as weakest_p_value
    from trends
),

judged as (
    select
        chances.*,
        case
            when chances.p_value < {{ var('trend_alpha') }} and chances.z > 0 then 'rising'
            when chances.p_value < {{ var('trend_alpha') }} then 'falling'
            when chances.p_value is not null then 'none'
        end as direction,
        chances.p_value < {{ var('trend_alpha') }}
        and chances.weakest_z > 0
        and chances.weakest_p_value < {{ var('trend_alpha') }}
        and chances.solid_months >= {{ var('trend_min_months') }} as is_drifting
    from chances
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
        {{ rate(change, both) }} as change_from_previous_month,
        judged.z as trend_z,
        judged.p_value as trend_p_value,
        judged.direction as trend_direction,
        coalesce(judged.is_drifting, false) as is_drifting,
        sums.mqls < {{ min_sample }} as is_small_sample
    from sums
    -- of two whole months that follow each other, never across a gap
    left join sums as previous
        on
            sums.is_mature
            and previous.is_mature
            and sums.dimension = previous.dimension
            and (
                sums.dimension_value = previous.dimension_value
                or (sums.dimension_value is null and previous.dimension_value is null)
            )
            and sums.counted_month = {{ dbt.dateadd('month', 1, 'previous.counted_month') }}
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
