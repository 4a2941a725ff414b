-- Volume and rate are those of mql -> sql in mart_funnel_conversion, month by month and channel by channel.
with

contribution as (
    select * from {{ ref('mart_pipeline_contribution') }}
),

funnel as (
    select
        funnel.cohort_month,
        funnel.dimension,
        case when funnel.dimension = 'channel' then funnel.dimension_value end as channel,
        funnel.entered_observed,
        funnel.converted_observed
    from {{ ref('mart_funnel_conversion') }} as funnel
    where
        funnel.from_stage = 'mql'
        and funnel.to_stage = 'sql'
        and funnel.dimension in ('all', 'channel')
        and funnel.entered_observed > 0
),

disagreements as (
    select
        coalesce(contribution.cohort_month, funnel.cohort_month) as cohort_month,
        coalesce(contribution.channel, funnel.channel) as channel,
        contribution.mqls,
        funnel.entered_observed
    from contribution
    full outer join funnel
        on
            contribution.cohort_month = funnel.cohort_month
            and contribution.level = funnel.dimension
            and coalesce(contribution.channel, '') = coalesce(funnel.channel, '')
    where
        contribution.mqls is null
        or funnel.entered_observed is null
        or contribution.mqls <> funnel.entered_observed
        or contribution.mqls_to_sql <> funnel.converted_observed
)

select * from disagreements
