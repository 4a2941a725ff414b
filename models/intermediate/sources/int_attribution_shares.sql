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
    select paths.*
    from {{ ref('int_conversion_paths') }} as paths
    where {{ is_asked_about('paths.lead_id', 'int_touched_leads') }}
),

attribution_models as (
    select * from {{ ref('stg_attribution_models') }}
),

-- Whole numbers in proportion to the credit. Fading is counted back from the last touch, not from the
-- conversion: that leaves every part as it is, and no path fades away.
touches_weighed as (
    select
        attribution_models.attribution_model,
        paths.lead_id,
        paths.cycle,
        paths.stage,
        paths.touch_number,
        paths.channel,
        paths.campaign,
        paths.is_last,
        cast(
            case
                when attribution_models.spread = 'even' then 1
                when attribution_models.spread = 'fading'
                    then round(
                        1000000000
                        * power(
                            cast(0.5 as {{ type_double() }}),
                            paths.days_before_last / {{ var('attribution_half_life_days') }}
                        )
                    )
                when
                    paths.touches_in_path = 2
                    and attribution_models.first_percent > 0
                    and attribution_models.last_percent > 0
                    then 1
                when paths.is_first or paths.is_last
                    then (
                        case when paths.is_first then attribution_models.first_percent else 0 end
                        + case when paths.is_last then attribution_models.last_percent else 0 end
                    ) * greatest(paths.middle_touches, 1)
                else 100 - attribution_models.first_percent - attribution_models.last_percent
            end
            as bigint
        ) as weight
    from paths
    cross join attribution_models
),

paths_weighed as (
    select
        touches_weighed.*,
        cast(
            sum(touches_weighed.weight) over (
                partition by
                    touches_weighed.lead_id, touches_weighed.cycle, touches_weighed.stage,
                    touches_weighed.attribution_model
            ) as bigint
        ) as path_weight
    from touches_weighed
),

-- rounded down to a billionth: the last touch takes what is left
parts as (
    select
        paths_weighed.*,
        cast(
            0.000000001
            * {{ whole_quotient('paths_weighed.weight * 1000000000', 'paths_weighed.path_weight') }}
            as decimal(18, 9)
        ) as part
    from paths_weighed
),

touch_credits as (
    select
        parts.*,
        cast(
            case
                when parts.is_last
                    then 1 - sum(case when parts.is_last then 0 else parts.part end) over (
                        partition by parts.lead_id, parts.cycle, parts.stage, parts.attribution_model
                    )
                else parts.part
            end
            as decimal(18, 9)
        ) as credit
    from parts
),

-- a conversion without any touch is credited to nothing, so that credits add up to conversions
shares as (
    select
        attribution_models.attribution_model,
        conversions.lead_id,
        conversions.cycle,
        conversions.stage,
        conversions.converted_at,
        touch_credits.touch_number,
        touch_credits.channel,
        touch_credits.campaign,
        coalesce(touch_credits.is_last, true) as is_last,
        coalesce(touch_credits.credit, cast(1 as decimal(18, 9))) as credit
    from conversions
    cross join attribution_models
    left join touch_credits
        on
            conversions.lead_id = touch_credits.lead_id
            and conversions.cycle = touch_credits.cycle
            and conversions.stage = touch_credits.stage
            and attribution_models.attribution_model = touch_credits.attribution_model
)

select * from shares
