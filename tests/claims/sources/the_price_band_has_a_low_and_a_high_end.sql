-- One multiple for each end, the higher one at the high end, none below the price of a cold lead.
with

ends as (
    select
        count(*) as bounds,
        max(case when multiples.bound = 'low' then multiples.multiple end) as low_multiple,
        max(case when multiples.bound = 'high' then multiples.multiple end) as high_multiple
    from {{ ref('stg_lead_price_multiples') }} as multiples
)

select ends.*
from ends
where
    ends.bounds <> 2
    or not coalesce(ends.low_multiple >= 1 and ends.high_multiple >= ends.low_multiple, false)
