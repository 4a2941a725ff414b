with

ad_spend as (
    select * from {{ ref('int_ad_spend') }}
),

reporting_currency as (
    select * from {{ ref('int_reporting_currency') }}
),

-- one amount says nothing of another currency's: what is spent in others is left out, as in every mart
spend as (
    select
        ad_spend.spend_date,
        {{ without_address("nullif(trim(ad_spend.platform), '')") }} as platform,
        ad_spend.channel,
        ad_spend.campaign,
        ad_spend.ad_variant,
        ad_spend.audience,
        cast(sum(ad_spend.spend) as decimal(18, 4)) as spend,
        {{ whole_sum('ad_spend.impressions') }} as impressions,
        {{ whole_sum('ad_spend.clicks') }} as clicks,
        reporting_currency.currency
    from ad_spend
    cross join reporting_currency
    where
        {{ in_reporting_currency('ad_spend.currency') | indent(8) }}
    group by
        ad_spend.spend_date,
        {{ without_address("nullif(trim(ad_spend.platform), '')") }},
        ad_spend.channel, ad_spend.campaign, ad_spend.ad_variant, ad_spend.audience,
        reporting_currency.currency
)

select * from spend
