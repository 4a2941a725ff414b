-- Month by month, mql to sql is the funnel's; over all months, lead to mql is the source quality's, of
-- the leads created since tracking began.
with

trend as (
    select trend.*
    from {{ ref('mart_source_quality_trend') }} as trend
),

funnel as (
    select funnel.*
    from {{ ref('mart_funnel_conversion') }} as funnel
    where
        funnel.from_stage = 'mql'
        and funnel.to_stage = 'sql'
        and funnel.dimension in ('all', 'channel', 'lead_source')
        and funnel.entered_observed > 0
),

mqls as (
    select trend.*
    from trend
    where trend.from_stage = 'mql' and trend.entered > 0
),

leads_of_trend as (
    select
        trend.dimension,
        trend.dimension_value,
        sum(trend.entered) as entered,
        sum(trend.converted) as converted
    from trend
    where trend.from_stage = 'lead'
    group by trend.dimension, trend.dimension_value
),

quality as (
    select
        quality.level as dimension,
        coalesce(quality.channel, quality.lead_source) as dimension_value,
        quality.leads,
        quality.mqls
    from {{ ref('mart_lead_source_quality') }} as quality
    where quality.level in ('all', 'channel', 'lead_source')
),

untracked as (
    select count(*) as leads
    from {{ ref('dim_leads') }} as leads
    where leads.is_before_tracking
),

disagreements as (
    select
        coalesce(mqls.dimension, funnel.dimension) as dimension,
        coalesce(mqls.dimension_value, funnel.dimension_value) as dimension_value,
        coalesce(mqls.cohort_month, funnel.cohort_month) as cohort_month
    from mqls
    full outer join funnel
        on
            mqls.cohort_month = funnel.cohort_month
            and mqls.dimension = funnel.dimension
            and coalesce(mqls.dimension_value, '') = coalesce(funnel.dimension_value, '')
    where
        mqls.dimension is null
        or funnel.dimension is null
        or mqls.entered <> funnel.entered_observed
        or mqls.converted <> funnel.converted_observed
        or mqls.mature_entered <> funnel.mature_entered
        or mqls.mature_converted <> funnel.mature_converted
        or mqls.is_mature <> funnel.is_mature
    union all
    select
        leads_of_trend.dimension,
        leads_of_trend.dimension_value,
        cast(null as date) as cohort_month
    from leads_of_trend
    left join quality
        on
            leads_of_trend.dimension = quality.dimension
            and coalesce(leads_of_trend.dimension_value, '') = coalesce(quality.dimension_value, '')
    cross join untracked
    where
        quality.dimension is null
        or leads_of_trend.entered > quality.leads
        or leads_of_trend.converted > quality.mqls
        or (
            untracked.leads = 0
            and (leads_of_trend.entered <> quality.leads or leads_of_trend.converted <> quality.mqls)
        )
)

select * from disagreements
