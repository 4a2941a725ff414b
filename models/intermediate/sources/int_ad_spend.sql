with

ad_spend as (
    select * from {{ ref('stg_ad_spend') }}
),

channel_rules as (
    select *
    from {{ ref('stg_channel_rules') }} as channel_rules
    where channel_rules.match_on = 'platform'
),

as_of as (
    select * from {{ ref('stg_as_of') }}
),

-- platforms restate a day upwards: of several deliveries the largest spend stands
deliveries_ranked as (
    select
        ad_spend.*,
        row_number() over (
            partition by
                ad_spend.spend_date, ad_spend.platform, ad_spend.campaign,
                ad_spend.ad_variant, ad_spend.audience, ad_spend.currency
            order by ad_spend.spend desc, {{ content_order('ad_spend', 'ad_spend') }}
        ) as delivery_rank
    from ad_spend
    cross join as_of
    where ad_spend.spend_date <= cast(as_of.as_of as date)
),

platforms as (
    select distinct {{ comparable_text('ad_spend.platform') }} as comparable_platform
    from ad_spend
),

platform_ranks as (
    select
        platforms.comparable_platform,
        min(channel_rules.rule_rank) as rule_rank
    from platforms
    inner join channel_rules
        on {{ rule_matches('platforms.comparable_platform', 'channel_rules') | indent(8) }}
    group by platforms.comparable_platform
),

spend as (
    select
        deliveries_ranked.spend_date,
        deliveries_ranked.platform,
        channel_rules.channel,
        {{ without_address("nullif(trim(deliveries_ranked.campaign), '')") }} as campaign,
        {{ without_address("nullif(trim(deliveries_ranked.ad_variant), '')") }} as ad_variant,
        {{ without_address("nullif(trim(deliveries_ranked.audience), '')") }} as audience,
        deliveries_ranked.spend,
        deliveries_ranked.impressions,
        deliveries_ranked.clicks,
        deliveries_ranked.currency
    from deliveries_ranked
    left join platform_ranks
        on {{ comparable_text('deliveries_ranked.platform') }} = platform_ranks.comparable_platform
    left join channel_rules
        on platform_ranks.rule_rank = channel_rules.rule_rank
    where deliveries_ranked.delivery_rank = 1
)

select * from spend
