{{
    config(
        materialized='incremental',
        pre_hook="{{ forget('lead_id', 'int_touched_leads') }}"
    )
}}

with

entries as (
    select entries.*
    from {{ ref('int_stage_entries') }} as entries
    inner join {{ ref('int_lead_register') }} as leads
        on entries.lead_id = leads.lead_id
    where
        not leads.is_deleted
        and {{ is_asked_about('entries.lead_id', 'int_touched_leads') }}
),

-- the product track stands apart: it moves nobody on in the marketing track
next_stages as (
    select
        entries.lead_id,
        entries.cycle,
        entries.stage,
        min(higher_entries.reached_at) as reached_at
    from entries
    inner join entries as higher_entries
        on
            entries.lead_id = higher_entries.lead_id
            and entries.cycle = higher_entries.cycle
            and entries.rank < higher_entries.rank
            and (entries.is_product_track or not higher_entries.is_product_track)
    group by entries.lead_id, entries.cycle, entries.stage
),

-- who was further already when it came is through at once
stays as (
    select
        entries.lead_id,
        entries.cycle,
        entries.stage,
        entries.is_product_track,
        entries.is_inferred,
        coalesce(entries.is_before_tracking, false) as is_before_tracking,
        entries.reached_at as entered_at,
        case
            when next_stages.reached_at is null then entries.cycle_ended_at
            when next_stages.reached_at < entries.reached_at then entries.reached_at
            else next_stages.reached_at
        end as left_at,
        case
            when next_stages.reached_at is not null then 'moved_on'
            else entries.cycle_outcome
        end as left_by
    from entries
    left join next_stages
        on
            entries.lead_id = next_stages.lead_id
            and entries.cycle = next_stages.cycle
            and entries.stage = next_stages.stage
)

select * from stays
