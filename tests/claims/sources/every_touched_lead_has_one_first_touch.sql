select
    paths.lead_id,
    sum(case when paths.is_first then 1 else 0 end) as first_touches
from {{ ref('int_touch_paths') }} as paths
group by paths.lead_id
having sum(case when paths.is_first then 1 else 0 end) <> 1
