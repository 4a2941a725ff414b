-- Rounded to 12 digits, so that no tolerance is needed.
with

points_in_order as (
    select
        curves.*,
        lag(curves.converted_share) over (
            partition by curves.dimension, curves.dimension_value, curves.from_stage, curves.to_stage
            order by curves.after_days
        ) as share_before
    from {{ ref('mart_conversion_curves') }} as curves
),

broken as (
    select
        points_in_order.dimension,
        points_in_order.dimension_value,
        points_in_order.from_stage,
        points_in_order.to_stage,
        points_in_order.after_days
    from points_in_order
    where
        points_in_order.converted_share < points_in_order.share_before
        or points_in_order.converted_share < 0
        or points_in_order.converted_share > 1
        or points_in_order.converted_share_low < 0
        or points_in_order.converted_share_high > 1
        or points_in_order.converted_share_low > points_in_order.converted_share
        or points_in_order.converted_share_high < points_in_order.converted_share
        or (points_in_order.converted_share_low is null) <> (points_in_order.converted_share_high is null)
        or (
            points_in_order.converted_share > 0
            and points_in_order.converted_share < 1
            and points_in_order.converted_share_low is null
        )
        -- once nobody is watched any more the curve is at its end, or at 1
        or (points_in_order.at_risk = 0 and points_in_order.converted_share < 1)
        or (points_in_order.at_risk > 0 and points_in_order.converted_share is null)
)

select * from broken
