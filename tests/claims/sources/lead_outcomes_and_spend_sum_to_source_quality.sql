-- The facts that metrics are made of say what the mart says.
with

quality as (
    select quality.*
    from {{ ref('mart_lead_source_quality') }} as quality
    where quality.level = 'all'
),

outcomes as (
    select
        count(*) as leads,
        coalesce(sum(outcomes.has_mql), 0) as mqls,
        coalesce(sum(outcomes.has_mql_in_place), 0) as mqls_in_place,
        coalesce(sum(outcomes.is_mql_to_sql), 0) as mqls_to_sql,
        coalesce(sum(outcomes.is_mql_to_customer), 0) as mqls_to_customer,
        coalesce(sum(outcomes.has_sql), 0) as sqls,
        coalesce(sum(outcomes.has_customer), 0) as customers,
        coalesce(sum(outcomes.is_pending), 0) as pending_mqls,
        coalesce(sum(outcomes.is_stalled), 0) as stalled_leads,
        coalesce(cast(sum(outcomes.revenue) as decimal(18, 2)), 0) as revenue
    from {{ ref('fct_lead_outcomes') }} as outcomes
),

spent as (
    select coalesce(cast(sum(ad_spend.spend) as decimal(18, 2)), 0) as spend
    from {{ ref('fct_ad_spend') }} as ad_spend
),

disagreements as (
    select outcomes.*
    from outcomes
    cross join spent
    cross join quality
    where
        outcomes.leads <> quality.leads
        or outcomes.mqls <> quality.mqls
        or outcomes.mqls_in_place <> quality.mqls_in_place
        or outcomes.mqls_to_sql <> quality.mqls_to_sql
        or outcomes.mqls_to_customer <> quality.mqls_to_customer
        or outcomes.sqls <> quality.sqls
        or outcomes.customers <> quality.customers
        or outcomes.pending_mqls <> quality.pending_mqls
        or outcomes.stalled_leads <> quality.stalled_leads
        or outcomes.revenue <> coalesce(quality.revenue, 0)
        or spent.spend <> coalesce(quality.spend, 0)
)

select * from disagreements
