with

conversions as (
    select * from {{ ref('int_attributed_conversions') }}
),

paths as (
    select * from {{ ref('int_conversion_paths') }}
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
conversion_credits as (
    select
        attribution_models.attribution_model,
        conversions.lead_id,
        conversions.cycle,
        conversions.stage,
        conversions.converted_at,
        conversions.won_amount,
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
),

amounts_shared as (
    select
        conversion_credits.*,
        case
            when not conversion_credits.is_last
                then cast(
                    cast(conversion_credits.won_amount as decimal(28, 4))
                    * cast(conversion_credits.credit as decimal(10, 9))
                    as decimal(18, 4)
                )
        end as earlier_amount
    from conversion_credits
),

credits as (
    select
        amounts_shared.attribution_model,
        amounts_shared.lead_id,
        amounts_shared.cycle,
        amounts_shared.stage,
        amounts_shared.converted_at,
        amounts_shared.touch_number,
        amounts_shared.channel,
        amounts_shared.campaign,
        amounts_shared.credit,
        case
            when amounts_shared.is_last
                then cast(
                    amounts_shared.won_amount
                    - coalesce(
                        sum(amounts_shared.earlier_amount) over (
                            partition by
                                amounts_shared.lead_id, amounts_shared.cycle, amounts_shared.stage,
                                amounts_shared.attribution_model
                        ),
                        0
                    )
                    as decimal(18, 4)
                )
            else amounts_shared.earlier_amount
        end as credited_amount
    from amounts_shared
)

select * from credits
