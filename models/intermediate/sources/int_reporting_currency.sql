with

opportunities as (
    select * from {{ ref('int_opportunities') }}
),

ad_spend as (
    select * from {{ ref('int_ad_spend') }}
),

currencies as (
    select {{ currency_code('opportunities.currency') }} as currency
    from opportunities
    where {{ currency_code('opportunities.currency') }} is not null
    union
    select {{ currency_code('ad_spend.currency') }} as currency
    from ad_spend
    where {{ currency_code('ad_spend.currency') }} is not null
),

-- amounts of different currencies do not add: the var says which one counts, or there is only one
reporting_currency as (
    select
        {% if var('reporting_currency') -%}
        '{{ var('reporting_currency') | upper }}' as currency,
        {%- else -%}
        case when count(*) = 1 then max(currencies.currency) end as currency,
        {%- endif %}
        cast(count(*) as integer) as currencies_found
    from currencies
)

select * from reporting_currency
