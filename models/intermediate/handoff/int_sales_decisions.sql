with

mqls as (
    select * from {{ ref('int_mqls') }}
),

entries as (
    select * from {{ ref('int_stage_entries') }}
),

activities as (
    select * from {{ ref('int_sales_activities') }}
),

mql_stage as (
    select stages.rank as mql_rank
    from {{ ref('stg_stages') }} as stages
    where stages.stage = 'mql'
),

acceptances as (
    select
        entries.lead_id,
        entries.cycle,
        min(entries.reached_at) as accepted_at
    from entries
    cross join mql_stage
    where entries.rank > mql_stage.mql_rank and not entries.is_product_track
    group by entries.lead_id, entries.cycle
),

-- of several reasons given at one instant the alphabetically first
reasons as (
    select
        mqls.lead_id,
        mqls.cycle,
        min(activities.reason) as reason
    from mqls
    inner join activities
        on
            mqls.lead_id = activities.lead_id
            and mqls.cycle_ended_at = activities.acted_at
            and mqls.cycle_outcome = activities.outcome
    group by mqls.lead_id, mqls.cycle
),

decisions as (
    select
        mqls.lead_id,
        mqls.cycle,
        mqls.mql_at,
        case
            when acceptances.accepted_at is not null then 'accepted'
            when mqls.cycle_ended_at is not null then 'rejected'
            else 'pending'
        end as decision,
        coalesce(acceptances.accepted_at, mqls.cycle_ended_at) as decided_at,
        case when acceptances.accepted_at is null then mqls.cycle_outcome end as outcome,
        case when acceptances.accepted_at is null then reasons.reason end as reason
    from mqls
    left join acceptances
        on
            mqls.lead_id = acceptances.lead_id
            and mqls.cycle = acceptances.cycle
    left join reasons
        on
            mqls.lead_id = reasons.lead_id
            and mqls.cycle = reasons.cycle
)

select * from decisions
