with

credits as (
    select *
    from {{ ref('int_attribution_credits') }} as credits
    where credits.credit > 0
),

reporting_currency as (
    select * from {{ ref('int_reporting_currency') }}
),

attribution as (
    select
        cast({{ dbt.date_trunc('month', 'credits.converted_at') }} as date) as conversion_month,
        credits.attribution_model,
        credits.stage,
        credits.channel,
        credits.campaign,
        cast(count(credits.touch_number) as bigint) as touches,
        cast(sum(credits.credit) as decimal(28, 9)) as credits,
        cast(sum(credits.credited_amount) as decimal(18, 4)) as value,
        reporting_currency.currency
    from credits
    cross join reporting_currency
    group by
        cast({{ dbt.date_trunc('month', 'credits.converted_at') }} as date),
        credits.attribution_model, credits.stage, credits.channel, credits.campaign,
        reporting_currency.currency
)

select * from attribution
