select
    funnel.cohort_month,
    funnel.dimension,
    funnel.dimension_value,
    funnel.from_stage,
    funnel.to_stage
from {{ ref('mart_funnel_conversion') }} as funnel
where
    funnel.converted_observed > funnel.entered_observed
    or funnel.converted_reached > funnel.entered_reached
    or funnel.mature_entered > funnel.entered_observed
    or funnel.mature_converted > funnel.mature_entered
    or funnel.mature_converted > funnel.converted_observed
    or (funnel.is_mature and funnel.mature_entered <> funnel.entered_observed)
