-- A band stands on a criterion met, points by rule, a condition that still holds, a sample that is not small,
-- a rate above that of a cold lead, and a price to multiply; all of them or none.
select pricing.lead_id
from {{ ref('mart_lead_pricing') }} as pricing
where
    case
        when pricing.no_band_reason is not null
            then pricing.price_low is not null or pricing.price_high is not null
        else not coalesce(
            pricing.criterion_id is not null
            and pricing.points_by_rule is not null
            and pricing.is_still_qualified
            and pricing.mqls_in_place >= {{ var('min_sample') }}
            and pricing.mql_to_customer_low > pricing.lead_to_customer_rate
            and pricing.price_low >= pricing.cold_price
            and pricing.price_high >= pricing.price_low,
            false
        )
    end
