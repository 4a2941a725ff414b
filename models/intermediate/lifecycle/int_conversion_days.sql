{{ config(materialized='view') }}

with

steps as (
    select *
    from {{ ref('int_step_conversions') }} as steps
    where steps.is_entered = 1
),

-- watched until the last midnight: to the second, somebody's day would be over every few seconds
watch as (
    select {{ dbt.date_trunc('day', 'as_of.as_of') }} as ends_at
    from {{ ref('stg_as_of') }} as as_of
),

watched as (
    select
        steps.lead_id,
        steps.cycle,
        steps.from_stage,
        steps.to_stage,
        steps.from_observed_at,
        steps.to_observed_at,
        case
            when steps.from_observed_at > watch.ends_at then 0
            else {{ whole_days_between('steps.from_observed_at', 'watch.ends_at') | indent(12) }}
        end as watched_days,
        {{ whole_days_between('steps.from_observed_at', 'steps.to_observed_at') | indent(8) }} as full_days
    from steps
    cross join watch
),

whole_days as (
    select
        watched.*,
        {{ dbt.dateadd('day', 'watched.full_days', 'watched.from_observed_at') }} as full_days_at
    from watched
),

-- a day begun counts as that day: by day 7 is within 7 times 24 hours
dated as (
    select
        whole_days.*,
        case
            when whole_days.full_days_at < whole_days.to_observed_at then whole_days.full_days + 1
            else whole_days.full_days
        end as converted_after_days
    from whole_days
),

-- a day counts once it is over, for those that converted on it and those that did not alike
judged as (
    select
        dated.*,
        case when dated.converted_after_days <= dated.watched_days then 1 else 0 end as is_converted
    from dated
),

conversion_days as (
    select
        judged.lead_id,
        judged.cycle,
        judged.from_stage,
        judged.to_stage,
        case when judged.is_converted = 1 then judged.converted_after_days else judged.watched_days end
            as after_days,
        judged.is_converted
    from judged
)

select * from conversion_days
