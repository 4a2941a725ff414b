with

routed_mqls as (
    select * from {{ ref('int_routed_mqls') }}
),

rules as (
    select * from {{ ref('stg_routing_rules') }}
),

-- every month, and all of them together, in which a rule that took nobody has a row too
routed as (
    select
        cast({{ dbt.date_trunc('month', 'routed_mqls.mql_at') }} as date) as mql_month,
        routed_mqls.priority,
        routed_mqls.queue,
        routed_mqls.is_default,
        routed_mqls.default_reason,
        routed_mqls.default_country,
        1 as is_mql,
        case when routed_mqls.is_owner_kept then 1 else 0 end as has_kept_owner,
        case when routed_mqls.owner_id is null then 1 else 0 end as is_without_owner
    from routed_mqls
    union all
    select
        cast(null as date) as mql_month,
        rules.priority,
        rules.queue,
        rules.is_default,
        routed_mqls.default_reason,
        routed_mqls.default_country,
        case when routed_mqls.lead_id is not null then 1 else 0 end as is_mql,
        case when routed_mqls.is_owner_kept then 1 else 0 end as has_kept_owner,
        case when routed_mqls.lead_id is not null and routed_mqls.owner_id is null then 1 else 0 end
            as is_without_owner
    from rules
    left join routed_mqls
        on rules.priority = routed_mqls.priority
),

totals as (
    select
        routed.mql_month,
        routed.priority,
        routed.queue,
        routed.is_default,
        routed.default_reason,
        routed.default_country,
        {{ whole_sum('routed.is_mql') }} as mqls,
        {{ whole_sum('routed.has_kept_owner') }} as kept_owner_mqls,
        {{ whole_sum('routed.is_without_owner') }} as without_owner_mqls
    from routed
    group by
        routed.mql_month,
        routed.priority,
        routed.queue,
        routed.is_default,
        routed.default_reason,
        routed.default_country
),

wholes as (
    select
        totals.mql_month,
        {{ whole_sum('totals.mqls') }} as all_mqls
    from totals
    group by totals.mql_month
),

coverage as (
    select
        totals.mql_month,
        totals.queue,
        totals.priority,
        totals.is_default,
        totals.default_reason,
        totals.default_country,
        totals.mqls,
        totals.kept_owner_mqls,
        totals.without_owner_mqls,
        wholes.all_mqls,
        {{ rate('totals.mqls', 'wholes.all_mqls') }} as mql_rate,
        {{ wilson_bound('totals.mqls', 'wholes.all_mqls', 'low') }} as mql_low,
        {{ wilson_bound('totals.mqls', 'wholes.all_mqls', 'high') }} as mql_high
    from totals
    inner join wholes
        on
            totals.mql_month = wholes.mql_month
            or (totals.mql_month is null and wholes.mql_month is null)
)

select * from coverage
