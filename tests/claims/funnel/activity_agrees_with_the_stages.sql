-- Entries are those of fct_lead_stages, month by month; and who stands in a stage of the marketing track at
-- as-of is every cycle that was begun there and has not ended, once.
with

stages_entered as (
    select
        cast({{ dbt.date_trunc('month', 'entries.reached_at') }} as date) as period_month,
        entries.stage,
        count(*) as entries
    from {{ ref('fct_lead_stages') }} as entries
    group by cast({{ dbt.date_trunc('month', 'entries.reached_at') }} as date), entries.stage
),

activity as (
    select activity.*
    from {{ ref('mart_funnel_activity') }} as activity
    where activity.dimension = 'all'
),

open_cycles as (
    select count(*) as open_cycles
    from (
        select distinct
            entries.lead_id,
            entries.cycle
        from {{ ref('int_stage_entries') }} as entries
        inner join {{ ref('dim_leads') }} as leads
            on entries.lead_id = leads.lead_id
        where entries.cycle_ended_at is null and not entries.is_product_track
    ) as open_entries
),

standing as (
    select coalesce(sum(activity.closing_balance), 0) as standing
    from activity
    inner join {{ ref('stg_stages') }} as stages
        on activity.stage = stages.stage
    where activity.is_partial_month and not stages.is_product_track
),

disagreements as (
    select
        activity.period_month,
        activity.stage,
        activity.entries as found,
        coalesce(stages_entered.entries, 0) as expected
    from activity
    left join stages_entered
        on
            activity.period_month = stages_entered.period_month
            and activity.stage = stages_entered.stage
    where activity.entries <> coalesce(stages_entered.entries, 0)
    union all
    select
        cast(null as date) as period_month,
        'all of the marketing track' as stage,
        standing.standing as found,
        open_cycles.open_cycles as expected
    from standing
    cross join open_cycles
    where standing.standing <> open_cycles.open_cycles
)

select * from disagreements
