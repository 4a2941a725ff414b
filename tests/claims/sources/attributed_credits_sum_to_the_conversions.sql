-- By every model: the MQLs observed, the SQLs and customers reached, and the revenue of the customers.
with

models as (
    select attribution_models.attribution_model
    from {{ ref('stg_attribution_models') }} as attribution_models
),

counted as (
    select
        lead_stages.stage,
        count(*) as conversions
    from {{ ref('fct_lead_stages') }} as lead_stages
    where
        lead_stages.stage in ('sql', 'customer')
        or (lead_stages.stage = 'mql' and lead_stages.observed_at is not null)
    group by lead_stages.stage
),

credited as (
    select
        attribution.attribution_model,
        attribution.stage,
        sum(attribution.credits) as credits,
        sum(attribution.value) as value
    from {{ ref('mart_attribution') }} as attribution
    group by attribution.attribution_model, attribution.stage
),

revenue as (
    select quality.revenue
    from {{ ref('mart_lead_source_quality') }} as quality
    where quality.level = 'all'
),

disagreements as (
    select
        models.attribution_model,
        counted.stage,
        counted.conversions,
        credited.credits,
        credited.value,
        revenue.revenue
    from models
    cross join counted
    cross join revenue
    left join credited
        on
            models.attribution_model = credited.attribution_model
            and counted.stage = credited.stage
    where
        credited.credits is null
        or credited.credits <> counted.conversions
        or (
            counted.stage = 'customer'
            and cast(coalesce(credited.value, 0) as decimal(18, 2)) <> coalesce(revenue.revenue, 0)
        )
)

select * from disagreements
