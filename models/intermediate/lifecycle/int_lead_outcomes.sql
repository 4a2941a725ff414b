{{
    config(
        materialized='incremental',
        pre_hook="{{ forget('lead_id', 'int_stirred_leads') }}"
    )
}}

with

leads as (
    select * from {{ ref('int_lead_register') }}
),

entries as (
    select entries.*
    from {{ ref('int_stage_entries') }} as entries
    where {{ is_asked_about('entries.lead_id', 'int_stirred_leads') }}
),

as_of as (
    select * from {{ ref('stg_as_of') }}
),

mql_stage as (
    select
        stages.rank as mql_rank,
        stages.horizon_days as mql_horizon_days
    from {{ ref('stg_stages') }} as stages
    where stages.stage = 'mql'
),

cycles as (
    select
        entries.lead_id,
        entries.cycle,
        max(case when entries.stage = 'mql' and entries.observed_at is not null then 1 else 0 end) as has_mql,
        max(
            case
                when
                    entries.stage = 'mql'
                    and not entries.is_inferred
                    and not coalesce(entries.is_before_tracking, false)
                    then 1
                else 0
            end
        ) as has_mql_in_place,
        min(case when entries.stage = 'mql' then entries.observed_at end) as mql_at,
        max(case when entries.stage = 'sql' then 1 else 0 end) as has_sql,
        max(case when entries.stage = 'customer' then 1 else 0 end) as has_customer,
        max(
            case when entries.rank > mql_stage.mql_rank and not entries.is_product_track then 1 else 0 end
        ) as is_accepted,
        max(case when entries.rank >= mql_stage.mql_rank then 1 else 0 end) as is_past_engaged,
        max(case when entries.cycle_outcome is not null then 1 else 0 end) as is_ended
    from entries
    cross join mql_stage
    group by entries.lead_id, entries.cycle
),

histories as (
    select
        cycles.lead_id,
        max(cycles.has_mql) as has_mql,
        min(cycles.mql_at) as first_mql_at,
        max(cycles.has_mql_in_place) as has_mql_in_place,
        max(cycles.has_mql_in_place * cycles.has_sql) as is_mql_to_sql,
        max(cycles.has_mql_in_place * cycles.has_customer) as is_mql_to_customer,
        max(cycles.has_sql) as has_sql,
        max(cycles.has_customer) as has_customer,
        max(cycles.has_mql * (1 - cycles.is_accepted) * (1 - cycles.is_ended)) as is_pending,
        max(cycles.is_past_engaged) as is_past_engaged
    from cycles
    group by cycles.lead_id
),

-- of a lead from before tracking nobody can say what it did not do
leads_dated as (
    select
        leads.lead_id,
        case
            when not {{ is_before_tracking('leads.created_at', var('tracking_started_at')) }}
                then {{ dbt.dateadd('day', 'mql_stage.mql_horizon_days', 'leads.created_at') }}
        end as mature_at
    from leads
    cross join mql_stage
    where
        not leads.is_deleted
        and {{ is_asked_about('leads.lead_id', 'int_stirred_leads') }}
),

outcomes as (
    select
        leads_dated.lead_id,
        histories.has_mql,
        histories.has_mql_in_place,
        histories.is_mql_to_sql,
        histories.is_mql_to_customer,
        histories.has_sql,
        histories.has_customer,
        histories.is_pending,
        case when histories.is_past_engaged = 0 and leads_dated.mature_at <= as_of.as_of then 1 else 0 end
            as is_stalled,
        case when leads_dated.mature_at <= as_of.as_of then 1 else 0 end as is_mature,
        case
            when leads_dated.mature_at <= as_of.as_of and histories.first_mql_at <= leads_dated.mature_at
                then 1
            else 0
        end as is_mature_mql
    from leads_dated
    inner join histories
        on leads_dated.lead_id = histories.lead_id
    cross join as_of
)

select * from outcomes
