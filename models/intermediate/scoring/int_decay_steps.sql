with

schedules as (
    select * from {{ ref('stg_decay_schedules') }}
),

-- every schedule begins with the whole, unless its own first step is at once
steps as (
    select
        schedules.decay_id,
        schedules.after_days,
        schedules.remaining_percent
    from schedules
    union all
    select
        schedules.decay_id,
        0 as after_days,
        100 as remaining_percent
    from schedules
    group by schedules.decay_id
    having min(schedules.after_days) > 0
),

steps_bounded as (
    select
        steps.decay_id,
        steps.after_days,
        steps.remaining_percent,
        steps.remaining_percent - lag(steps.remaining_percent) over (
            partition by steps.decay_id
            order by steps.after_days
        ) as percent_change,
        lead(steps.after_days) over (
            partition by steps.decay_id
            order by steps.after_days
        ) as until_days
    from steps
)

select * from steps_bounded
