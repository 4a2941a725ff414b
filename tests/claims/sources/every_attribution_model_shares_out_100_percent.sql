-- The ends have percents of which something or nothing is left for the middle; the other models have none.
select
    attribution_models.attribution_model,
    attribution_models.first_percent,
    attribution_models.last_percent
from {{ ref('stg_attribution_models') }} as attribution_models
where
    case
        when attribution_models.spread = 'ends'
            then not coalesce(
                attribution_models.first_percent >= 0
                and attribution_models.last_percent >= 0
                and attribution_models.first_percent + attribution_models.last_percent between 1 and 100,
                false
            )
        else coalesce(attribution_models.first_percent, attribution_models.last_percent) is not null
    end
