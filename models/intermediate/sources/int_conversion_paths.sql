{{
    config(
        materialized='incremental',
        pre_hook="{{ forget('lead_id', 'int_touched_leads') }}"
    )
}}

with

conversions as (
    select conversions.*
    from {{ ref('int_attributed_conversions') }} as conversions
    where {{ is_asked_about('conversions.lead_id', 'int_touched_leads') }}
),

paths as (
    select * from {{ ref('int_touch_paths') }}
),

-- what happened after the conversion did not bring it about
touches_before as (
    select
        conversions.lead_id,
        conversions.cycle,
        conversions.stage,
        paths.touch_number,
        paths.touched_at,
        paths.is_first,
        paths.channel,
        paths.campaign,
        max(paths.touch_number) over (
            partition by conversions.lead_id, conversions.cycle, conversions.stage
        ) as last_touch_number,
        max(paths.touched_at) over (
            partition by conversions.lead_id, conversions.cycle, conversions.stage
        ) as last_touched_at,
        count(*) over (
            partition by conversions.lead_id, conversions.cycle, conversions.stage
        ) as touches_in_path
    from conversions
    inner join paths
        on
            conversions.lead_id = paths.lead_id
            and conversions.converted_at >= paths.touched_at
),

-- the lead's own columns are its first touch wherever they lie in time: they may be the last one too
touches_placed as (
    select
        touches_before.lead_id,
        touches_before.cycle,
        touches_before.stage,
        touches_before.touch_number,
        touches_before.touched_at,
        touches_before.channel,
        touches_before.campaign,
        touches_before.is_first,
        touches_before.touch_number = touches_before.last_touch_number as is_last,
        {{ days_between('touches_before.touched_at', 'touches_before.last_touched_at') }} as days_before_last,
        cast(touches_before.touches_in_path as integer) as touches_in_path,
        cast(
            touches_before.touches_in_path
            - sum(
                case
                    when touches_before.is_first then 1
                    when touches_before.touch_number = touches_before.last_touch_number then 1
                    else 0
                end
            ) over (partition by touches_before.lead_id, touches_before.cycle, touches_before.stage)
            as integer
        ) as middle_touches
    from touches_before
)

select * from touches_placed
