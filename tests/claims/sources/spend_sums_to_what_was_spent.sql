-- Of the reporting currency; what meets no lead is there too.
with

spent as (
    select coalesce(sum(ad_spend.spend), 0) as spend
    from {{ ref('int_ad_spend') }} as ad_spend
    cross join {{ ref('int_reporting_currency') }} as reporting_currency
    where
        {{ currency_code('ad_spend.currency') }} is null
        or {{ currency_code('ad_spend.currency') }} = reporting_currency.currency
),

reported as (
    select coalesce(sum(quality.spend), 0) as spend
    from {{ ref('mart_lead_source_quality') }} as quality
    where quality.level = 'all'
),

disagreements as (
    select
        spent.spend as spent,
        reported.spend as reported
    from spent
    cross join reported
    where cast(spent.spend as decimal(18, 2)) <> reported.spend
)

select * from disagreements
