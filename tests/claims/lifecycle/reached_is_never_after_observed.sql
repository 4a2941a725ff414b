-- And a stage is called inferred exactly where it was reached without, or before, being observed.
select
    entries.lead_id,
    entries.cycle,
    entries.stage,
    entries.observed_at,
    entries.reached_at,
    entries.is_inferred
from {{ ref('fct_lead_stages') }} as entries
where
    entries.reached_at > entries.observed_at
    or entries.is_inferred <> (entries.observed_at is null or entries.reached_at < entries.observed_at)
