{{
    config(
        materialized='incremental',
        pre_hook="{{ forget('lead_id', 'int_stirred_leads') }}"
    )
}}

with

entries as (
    select entries.*
    from {{ ref('int_stage_entries') }} as entries
    where {{ is_asked_about('entries.lead_id', 'int_stirred_leads') }}
),

leads as (
    select *
    from {{ ref('int_lead_register') }} as leads
    where
        not {{ is_before_tracking('leads.created_at', var('tracking_started_at')) }}
        and not leads.is_deleted
        and {{ is_asked_about('leads.lead_id', 'int_stirred_leads') }}
),

stages as (
    select * from {{ ref('stg_stages') }}
),

as_of as (
    select * from {{ ref('stg_as_of') }}
),

-- a deal that was won was open first, whatever the CRM forgot to say
cycles as (
    select
        entries.lead_id,
        entries.cycle,
        min(case when mql_stage.stage is not null then entries.reached_at end) as sales_at,
        min(case when entries.stage in ('opportunity', 'customer') then entries.reached_at end)
            as opportunity_at,
        min(case when entries.stage = 'customer' then entries.reached_at end) as won_at
    from entries
    left join stages as mql_stage
        on
            mql_stage.stage = 'mql'
            and entries.rank > mql_stage.rank
            and not entries.is_product_track
    group by entries.lead_id, entries.cycle
),

-- The cycle that decides: the first that was won, else the first that came to an opportunity, else the
-- first that sales took up.
cycles_ranked as (
    select
        cycles.*,
        row_number() over (
            partition by cycles.lead_id
            order by
                case
                    when cycles.won_at is not null then 0
                    when cycles.opportunity_at is not null then 1
                    when cycles.sales_at is not null then 2
                    else 3
                end,
                cycles.cycle
        ) as deciding_rank
    from cycles
),

leads_dated as (
    select
        leads.lead_id,
        leads.created_at,
        cycles_ranked.sales_at,
        cycles_ranked.opportunity_at,
        cycles_ranked.won_at,
        {{ dbt.dateadd('day', 'customer_stage.horizon_days', 'leads.created_at') }} as mature_at,
        {{ dbt.dateadd('day', var('rule_landmark_days'), 'leads.created_at') }} as landmark_at
    from leads
    inner join cycles_ranked
        on
            leads.lead_id = cycles_ranked.lead_id
            and cycles_ranked.deciding_rank = 1
    left join stages as customer_stage
        on customer_stage.stage = 'customer'
),

fates as (
    select
        leads_dated.lead_id,
        leads_dated.created_at,
        leads_dated.sales_at,
        leads_dated.opportunity_at,
        leads_dated.won_at,
        leads_dated.mature_at,
        leads_dated.landmark_at,
        case
            when leads_dated.mature_at is null or leads_dated.opportunity_at < leads_dated.mature_at
                then leads_dated.opportunity_at
            else leads_dated.mature_at
        end as judged_before,
        case when leads_dated.won_at is not null then 1 else 0 end as is_won,
        case when leads_dated.mature_at <= as_of.as_of then 1 else 0 end as is_mature,
        case
            when leads_dated.mature_at <= as_of.as_of and leads_dated.won_at <= leads_dated.mature_at then 1
            else 0
        end as is_mature_won,
        case
            when leads_dated.opportunity_at is null or leads_dated.opportunity_at > leads_dated.landmark_at
                then 1
            else 0
        end as is_open_at_landmark
    from leads_dated
    cross join as_of
)

select * from fates
