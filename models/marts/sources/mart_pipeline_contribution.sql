with

steps as (
    select *
    from {{ ref('int_step_conversions') }} as steps
    where
        steps.from_stage = 'mql'
        and steps.to_stage = 'sql'
        and steps.is_entered = 1
),

channels as (
    select * from {{ ref('int_lead_channels') }}
),

deals as (
    select * from {{ ref('int_deals') }}
),

reporting_currency as (
    select * from {{ ref('int_reporting_currency') }}
),

-- what came of an MQL is what was opened in its own cycle
cycle_deals as (
    select
        deals.lead_id,
        deals.opened_cycle as cycle,
        count(*) as opportunities,
        sum(case when deals.is_won then 1 else 0 end) as won_deals,
        sum(deals.amount) as pipeline_amount,
        sum(case when deals.is_won then deals.amount end) as won_amount
    from deals
    group by deals.lead_id, deals.opened_cycle
),

cohorts as (
    select
        cast({{ dbt.date_trunc('month', 'steps.from_observed_at') }} as date) as cohort_month,
        channels.channel,
        steps.is_converted,
        steps.is_mature,
        coalesce(cycle_deals.opportunities, 0) as opportunities,
        coalesce(cycle_deals.won_deals, 0) as won_deals,
        cycle_deals.pipeline_amount,
        cycle_deals.won_amount
    from steps
    left join channels
        on steps.lead_id = channels.lead_id
    left join cycle_deals
        on
            steps.lead_id = cycle_deals.lead_id
            and steps.cycle = cycle_deals.cycle
),

won_amounts as (
    select
        channels.channel,
        deals.amount
    from deals
    left join channels
        on deals.lead_id = channels.lead_id
    where deals.is_won and deals.amount is not null
),

{% for level in ['all', 'channel'] -%}
{%- set key = 'channel' if level == 'channel' else none -%}
{{ level }}_cohorts as (
    select
        cohorts.cohort_month,
        '{{ level }}' as level,
        {{ 'cohorts.channel' if key else 'cast(null as ' ~ dbt.type_string() ~ ') as channel' }},
        cast(count(*) as bigint) as mqls,
        {{ whole_sum('cohorts.is_converted') }} as mqls_to_sql,
        min(cohorts.is_mature) as is_mature,
        {{ whole_sum('cohorts.opportunities') }} as opportunities,
        {{ whole_sum('cohorts.won_deals') }} as won_deals,
        sum(cohorts.pipeline_amount) as pipeline_amount,
        sum(cohorts.won_amount) as won_amount
    from cohorts
    group by cohorts.cohort_month{{ ', cohorts.channel' if key }}
),

{{ level }}_deal_sizes as (
    select
        '{{ level }}' as level,
        {{ 'won_amounts.channel' if key else 'cast(null as ' ~ dbt.type_string() ~ ') as channel' }},
        cast(count(*) as bigint) as deals_averaged,
        cast(sum(won_amounts.amount) as decimal(18, 4)) as amount
    from won_amounts
    {{ 'group by won_amounts.channel' if key else 'having count(*) > 0' }}
),

{% endfor -%}
cohorts_of_levels as (
    select all_cohorts.* from all_cohorts
    union all
    select channel_cohorts.* from channel_cohorts
),

deal_sizes as (
    select all_deal_sizes.* from all_deal_sizes
    union all
    select channel_deal_sizes.* from channel_deal_sizes
),

factors as (
    select
        cohorts_of_levels.*,
        coalesce(deal_sizes.deals_averaged, 0) as deals_averaged,
        {{ cost_per('deal_sizes.amount', 'deal_sizes.deals_averaged') | indent(8) }} as average_deal_size,
        {{ wilson_bound('cohorts_of_levels.mqls_to_sql', 'cohorts_of_levels.mqls', 'low') | indent(8) }}
            as mql_to_sql_low,
        {{ wilson_bound('cohorts_of_levels.mqls_to_sql', 'cohorts_of_levels.mqls', 'high') | indent(8) }}
            as mql_to_sql_high
    from cohorts_of_levels
    left join deal_sizes
        on
            cohorts_of_levels.level = deal_sizes.level
            and coalesce(cohorts_of_levels.channel, '') = coalesce(deal_sizes.channel, '')
),

-- volume times rate is the number that converted: the product is taken in money, without a fraction between
contribution as (
    select
        factors.cohort_month,
        factors.level,
        factors.channel,
        factors.mqls,
        factors.mqls_to_sql,
        {{ rate('factors.mqls_to_sql', 'factors.mqls') }} as mql_to_sql_rate,
        factors.mql_to_sql_low,
        factors.mql_to_sql_high,
        factors.is_mature = 1 as is_mature,
        factors.deals_averaged,
        factors.average_deal_size,
        cast(factors.mqls_to_sql * factors.average_deal_size as decimal(18, 2)) as expected_pipeline,
        cast(
            factors.mqls * factors.mql_to_sql_low * factors.average_deal_size as decimal(18, 2)
        ) as expected_pipeline_low,
        cast(
            factors.mqls * factors.mql_to_sql_high * factors.average_deal_size as decimal(18, 2)
        ) as expected_pipeline_high,
        factors.opportunities,
        factors.won_deals,
        -- opportunities whose amounts nobody knows are worth an unknown sum, not none
        cast(
            case when factors.opportunities = 0 then 0 else factors.pipeline_amount end as decimal(18, 2)
        ) as pipeline_amount,
        cast(
            case when factors.won_deals = 0 then 0 else factors.won_amount end as decimal(18, 2)
        ) as won_amount,
        reporting_currency.currency,
        factors.mqls < {{ var('min_sample') }} as is_small_sample
    from factors
    cross join reporting_currency
)

select * from contribution
