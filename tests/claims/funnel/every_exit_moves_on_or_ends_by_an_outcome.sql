select
    activity.period_month,
    activity.dimension,
    activity.dimension_value,
    activity.stage
from {{ ref('mart_funnel_activity') }} as activity
where
    activity.exits
    <> activity.moved_on + activity.rejected + activity.recycled + activity.disqualified + activity.lost
    or activity.inferred_entries > activity.entries
    or activity.untracked_entries > activity.entries
