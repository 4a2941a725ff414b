-- Nobody spends on a lead_source, so that level has no spend to sum.
with

sums as (
    select
        quality.level,
        sum(quality.leads) as leads,
        sum(quality.mqls) as mqls,
        sum(quality.mqls_in_place) as mqls_in_place,
        sum(quality.mqls_to_sql) as mqls_to_sql,
        sum(quality.mqls_to_customer) as mqls_to_customer,
        sum(quality.sqls) as sqls,
        sum(quality.customers) as customers,
        sum(quality.pending_mqls) as pending_mqls,
        sum(quality.stalled_leads) as stalled_leads,
        coalesce(sum(quality.revenue), 0) as revenue,
        coalesce(sum(quality.spend), 0) as spend
    from {{ ref('mart_lead_source_quality') }} as quality
    group by quality.level
),

wholes as (
    select sums.*
    from sums
    where sums.level = 'all'
),

disagreements as (
    select parts.*
    from sums as parts
    cross join wholes
    where
        parts.leads <> wholes.leads
        or parts.mqls <> wholes.mqls
        or parts.mqls_in_place <> wholes.mqls_in_place
        or parts.mqls_to_sql <> wholes.mqls_to_sql
        or parts.mqls_to_customer <> wholes.mqls_to_customer
        or parts.sqls <> wholes.sqls
        or parts.customers <> wholes.customers
        or parts.pending_mqls <> wholes.pending_mqls
        or parts.stalled_leads <> wholes.stalled_leads
        or parts.revenue <> wholes.revenue
        or (parts.level <> 'lead_source' and parts.spend <> wholes.spend)
)

select * from disagreements
