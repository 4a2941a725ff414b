-- Day by day, who converts and who is censored sums to all; on the milestones, which every curve has, who is
-- at risk does too. Shares do not add up.
with

sums as (
    select
        curves.dimension,
        curves.from_stage,
        curves.to_stage,
        curves.after_days,
        sum(curves.converted) as converted,
        sum(curves.censored) as censored,
        sum(case when curves.is_milestone then curves.at_risk else 0 end) as at_risk
    from {{ ref('mart_conversion_curves') }} as curves
    group by curves.dimension, curves.from_stage, curves.to_stage, curves.after_days
),

disagreements as (
    select parts.*
    from sums as parts
    left join sums as wholes
        on
            parts.from_stage = wholes.from_stage
            and parts.to_stage = wholes.to_stage
            and parts.after_days = wholes.after_days
            and wholes.dimension = 'all'
    where
        wholes.dimension is null
        or parts.converted <> wholes.converted
        or parts.censored <> wholes.censored
        or parts.at_risk <> wholes.at_risk
)

select * from disagreements
