with

leads as (
    select * from {{ ref('dim_leads') }}
),

outcomes as (
    select * from {{ ref('int_lead_outcomes') }}
),

revenue as (
    select * from {{ ref('int_lead_revenue') }}
),

reporting_currency as (
    select * from {{ ref('int_reporting_currency') }}
),

lead_outcomes as (
    select
        leads.lead_id,
        leads.created_at,
        leads.channel,
        leads.lead_source,
        leads.campaign,
        leads.country,
        leads.industry,
        leads.current_stage,
        cast(outcomes.has_mql as integer) as has_mql,
        cast(outcomes.has_mql_in_place as integer) as has_mql_in_place,
        cast(outcomes.is_mql_to_sql as integer) as is_mql_to_sql,
        cast(outcomes.is_mql_to_customer as integer) as is_mql_to_customer,
        cast(outcomes.has_sql as integer) as has_sql,
        cast(outcomes.has_customer as integer) as has_customer,
        cast(outcomes.is_pending as integer) as is_pending,
        cast(outcomes.is_stalled as integer) as is_stalled,
        cast(revenue.revenue as decimal(18, 4)) as revenue,
        reporting_currency.currency
    from leads
    inner join outcomes
        on leads.lead_id = outcomes.lead_id
    left join revenue
        on leads.lead_id = revenue.lead_id
    cross join reporting_currency
)

select * from lead_outcomes
