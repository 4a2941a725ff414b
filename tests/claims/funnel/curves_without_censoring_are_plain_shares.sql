-- Until the first lead leaves the count unconverted, the estimate is converted so far / entered: what anybody
-- would count. Shares are rounded to 12 digits.
with

points_so_far as (
    select
        curves.*,
        sum(curves.converted) over (
            partition by curves.dimension, curves.dimension_value, curves.from_stage, curves.to_stage
            order by curves.after_days
        ) as converted_so_far,
        sum(curves.censored) over (
            partition by curves.dimension, curves.dimension_value, curves.from_stage, curves.to_stage
            order by curves.after_days
        ) - curves.censored as censored_before
    from {{ ref('mart_conversion_curves') }} as curves
),

disagreements as (
    select
        points_so_far.dimension,
        points_so_far.dimension_value,
        points_so_far.from_stage,
        points_so_far.to_stage,
        points_so_far.after_days,
        points_so_far.converted_share,
        {{ rate('points_so_far.converted_so_far', 'points_so_far.entered') }} as counted_share
    from points_so_far
    where
        points_so_far.censored_before = 0
        and not coalesce(
            abs(
                points_so_far.converted_share
                - {{ rate('points_so_far.converted_so_far', 'points_so_far.entered') }}
            ) <= 1e-12,
            false
        )
)

select * from disagreements
