with

crossings as (
    select
        stages.lead_id,
        stages.cycle,
        stages.stage
    from {{ ref('fct_lead_stages') }} as stages
    inner join {{ ref('stg_stages') }} as computed
        on
            stages.stage = computed.stage
            and computed.entered_by = 'computed'
    where stages.stage in ('mql', 'pql') and stages.observed_at is not null
),

alerts as (
    select * from {{ ref('fct_alerts') }}
),

disagreements as (
    select
        coalesce(crossings.lead_id, alerts.lead_id) as lead_id,
        coalesce(crossings.cycle, alerts.cycle) as cycle,
        coalesce(crossings.stage, alerts.stage) as stage
    from crossings
    full outer join alerts
        on
            crossings.lead_id = alerts.lead_id
            and crossings.cycle = alerts.cycle
            and crossings.stage = alerts.stage
    where crossings.lead_id is null or alerts.lead_id is null
)

select * from disagreements
