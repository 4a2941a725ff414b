-- An observed MQL is one row of the decisions, in one queue, on one clock; whoever counts MQLs counts all.
with

counts as (
    select
        'observed in fct_lead_stages' as counted_in,
        count(*) as mqls
    from {{ ref('fct_lead_stages') }} as stages
    where stages.stage = 'mql' and stages.observed_at is not null
    union all
    select
        'fct_sales_decisions' as counted_in,
        count(*) as mqls
    from {{ ref('fct_sales_decisions') }}
    union all
    select
        'mart_sla' as counted_in,
        coalesce(sum(sla.mqls), 0) as mqls
    from {{ ref('mart_sla') }} as sla
    union all
    select
        'mart_routing_coverage by month' as counted_in,
        coalesce(sum(coverage.mqls), 0) as mqls
    from {{ ref('mart_routing_coverage') }} as coverage
    where coverage.mql_month is not null
    union all
    select
        'mart_routing_coverage of all months' as counted_in,
        coalesce(sum(coverage.mqls), 0) as mqls
    from {{ ref('mart_routing_coverage') }} as coverage
    where coverage.mql_month is null
),

disagreements as (
    select
        counts.counted_in,
        counts.mqls,
        observed.mqls as mqls_observed
    from counts
    inner join counts as observed
        on observed.counted_in = 'observed in fct_lead_stages'
    where counts.mqls <> observed.mqls
)

select * from disagreements
