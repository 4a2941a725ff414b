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
    inner join {{ ref('int_lead_register') }} as leads
        on entries.lead_id = leads.lead_id
    where
        not leads.is_deleted
        and {{ is_asked_about('entries.lead_id', 'int_stirred_leads') }}
),

stage_pairs as (
    select * from {{ ref('int_stage_pairs') }}
),

as_of as (
    select * from {{ ref('stg_as_of') }}
),

-- the unit is a lead in a cycle; each step is asked of those that entered its first stage, in that cycle
steps as (
    select
        entries.lead_id,
        entries.cycle,
        stage_pairs.from_stage,
        stage_pairs.to_stage,
        stage_pairs.horizon_days,
        case when not entries.is_inferred then entries.observed_at end as from_observed_at,
        case when not later_entries.is_inferred then later_entries.observed_at end as to_observed_at,
        entries.reached_at as from_reached_at,
        later_entries.reached_at as to_reached_at
    from entries
    inner join stage_pairs
        on entries.stage = stage_pairs.from_stage
    left join entries as later_entries
        on
            entries.lead_id = later_entries.lead_id
            and entries.cycle = later_entries.cycle
            and stage_pairs.to_stage = later_entries.stage
            and entries.reached_at <= later_entries.reached_at
    -- what was entered, or may have been, while nobody tracked it is unknown: neither late nor missing
    where
        not coalesce(entries.is_before_tracking, false)
        and not (
            coalesce(stage_pairs.is_to_computed, false)
            and {{ is_before_tracking('entries.reached_at', var('tracking_started_at')) }}
        )
),

-- observed and reached are kept apart: a step is converted as observed if both its ends were
steps_dated as (
    select
        steps.lead_id,
        steps.cycle,
        steps.from_stage,
        steps.to_stage,
        steps.horizon_days,
        steps.from_observed_at,
        case when steps.to_observed_at >= steps.from_observed_at then steps.to_observed_at end
            as to_observed_at,
        steps.from_reached_at,
        steps.to_reached_at,
        {{ dbt.dateadd('day', 'steps.horizon_days', 'steps.from_observed_at') }} as mature_at
    from steps
),

conversions as (
    select
        steps_dated.*,
        case when steps_dated.from_observed_at is not null then 1 else 0 end as is_entered,
        case when steps_dated.to_observed_at is not null then 1 else 0 end as is_converted,
        case when steps_dated.to_reached_at is not null then 1 else 0 end as is_converted_reached,
        case when steps_dated.mature_at <= as_of.as_of then 1 else 0 end as is_mature,
        case
            when
                steps_dated.mature_at <= as_of.as_of
                and steps_dated.to_observed_at <= steps_dated.mature_at
                then 1
            else 0
        end as is_mature_converted,
        {{ days_between('steps_dated.from_observed_at', 'steps_dated.to_observed_at') }} as days_to_convert
    from steps_dated
    cross join as_of
)

select * from conversions
