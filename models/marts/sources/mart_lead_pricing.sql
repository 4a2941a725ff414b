with

evidence as (
    select * from {{ ref('int_lead_evidence') }}
),

leads as (
    select * from {{ ref('dim_leads') }}
),

channel_quality as (
    select *
    from {{ ref('mart_lead_source_quality') }} as quality
    where quality.level = 'channel'
),

criteria as (
    select *
    from {{ ref('stg_stage_criteria') }} as criteria
    where criteria.stage = 'mql'
),

multiples as (
    select
        max(case when multiples.bound = 'low' then multiples.multiple end) as low_multiple,
        max(case when multiples.bound = 'high' then multiples.multiple end) as high_multiple
    from {{ ref('stg_lead_price_multiples') }} as multiples
),

-- the price of the market where it is known, else what a lead of the channel cost us
leads_valued as (
    select
        evidence.*,
        leads.current_stage,
        leads.channel,
        leads.lead_source,
        leads.campaign,
        criteria.reason as criterion_reason,
        channel_quality.mqls_in_place,
        channel_quality.mqls_to_customer,
        channel_quality.mql_to_customer_rate,
        channel_quality.mql_to_customer_low,
        channel_quality.mql_to_customer_high,
        channel_quality.lead_to_customer_rate,
        channel_quality.lead_to_customer_low,
        channel_quality.lead_to_customer_high,
        {% if var('cold_lead_price') is number -%}
        cast({{ var('cold_lead_price') }} as decimal(18, 2)) as cold_price,
        {%- else -%}
        channel_quality.cost_per_lead as cold_price,
        {%- endif %}
        channel_quality.currency
    from evidence
    inner join leads
        on evidence.lead_id = leads.lead_id
    left join channel_quality
        on coalesce(leads.channel, '') = coalesce(channel_quality.channel, '')
    left join criteria
        on
            evidence.definition_id = criteria.definition_id
            and evidence.criterion_id = criteria.criterion_id
),

-- the first thing a buyer would ask for and not get
leads_judged as (
    select
        leads_valued.*,
        case
            when leads_valued.criterion_id is null then 'reported_without_criterion'
            when leads_valued.points_by_rule is null then 'no_points_by_rule'
            when not leads_valued.is_still_qualified then 'no_longer_qualified'
            when coalesce(leads_valued.mqls_in_place, 0) < {{ var('min_sample') }} then 'small_sample'
            when leads_valued.mql_to_customer_low <= leads_valued.lead_to_customer_rate
                then 'no_better_than_cold'
            when leads_valued.cold_price is null then 'no_cold_price'
        end as no_band_reason
    from leads_valued
),

-- no evidence, no band
multiples_asked as (
    select
        leads_judged.*,
        case when leads_judged.no_band_reason is null then multiples.low_multiple end as low_multiple,
        case when leads_judged.no_band_reason is null then multiples.high_multiple end as high_multiple
    from leads_judged
    cross join multiples
),

pricing as (
    select
        multiples_asked.lead_id,
        cast(multiples_asked.cycle as integer) as cycle,
        multiples_asked.current_stage,
        multiples_asked.channel,
        multiples_asked.lead_source,
        multiples_asked.campaign,
        multiples_asked.mql_at,
        multiples_asked.definition_id,
        multiples_asked.criterion_id,
        multiples_asked.criterion_reason,
        multiples_asked.points_by_rule,
        {{ points('multiples_asked.fit_hundredths') }} as fit_score,
        {{ points('multiples_asked.intent_hundredths') }} as intent_score,
        {{ points('multiples_asked.product_hundredths') }} as product_score,
        multiples_asked.is_still_qualified,
        multiples_asked.cools_at,
        cast(coalesce(multiples_asked.mqls_in_place, 0) as bigint) as mqls_in_place,
        cast(coalesce(multiples_asked.mqls_to_customer, 0) as bigint) as mqls_to_customer,
        multiples_asked.mql_to_customer_rate,
        multiples_asked.mql_to_customer_low,
        multiples_asked.mql_to_customer_high,
        multiples_asked.lead_to_customer_rate,
        multiples_asked.lead_to_customer_low,
        multiples_asked.lead_to_customer_high,
        multiples_asked.cold_price,
        multiples_asked.low_multiple,
        multiples_asked.high_multiple,
        cast(multiples_asked.cold_price * multiples_asked.low_multiple as decimal(18, 2)) as price_low,
        cast(multiples_asked.cold_price * multiples_asked.high_multiple as decimal(18, 2)) as price_high,
        multiples_asked.no_band_reason,
        multiples_asked.currency
    from multiples_asked
)

select * from pricing
