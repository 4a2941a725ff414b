with

touches as (
    select * from {{ ref('stg_sales_touches') }}
),

status_changes as (
    select * from {{ ref('int_status_changes') }}
),

status_map as (
    select * from {{ ref('stg_status_map') }}
),

stages as (
    select * from {{ ref('stg_stages') }}
),

leads as (
    select * from {{ ref('int_lead_register') }}
),

as_of as (
    select * from {{ ref('stg_as_of') }}
),

mql_stage as (
    select stages.rank as mql_rank
    from stages
    where stages.stage = 'mql'
),

deliveries_ranked as (
    select
        touches.*,
        row_number() over (
            partition by touches.touch_id
            order by
                touches.touched_at,
                {{ content_order('sales_touches', 'touches', except=['touch_id']) }}
        ) as delivery_rank
    from touches
    cross join as_of
    where touches.touched_at <= as_of.as_of
),

-- A status that says what marketing or the product found is no act of sales. One that nobody has mapped
-- was set by somebody all the same.
sales_statuses as (
    select
        status_changes.lead_id,
        'status' as activity_kind,
        status_changes.change_id as source_id,
        status_changes.changed_at as acted_at,
        status_changes.owner_id,
        status_map.outcome,
        status_changes.reason
    from status_changes
    cross join mql_stage
    left join status_map
        on status_changes.comparable_status = status_map.comparable_status
    left join stages
        on status_map.stage = stages.stage
    where
        stages.stage is null
        or (stages.entered_by = 'reported' and stages.rank > mql_stage.mql_rank)
),

activities as (
    select
        deliveries_ranked.lead_id,
        'touch' as activity_kind,
        deliveries_ranked.touch_id as source_id,
        deliveries_ranked.touched_at as acted_at,
        deliveries_ranked.owner_id,
        cast(null as {{ dbt.type_string() }}) as outcome,
        cast(null as {{ dbt.type_string() }}) as reason
    from deliveries_ranked
    where deliveries_ranked.delivery_rank = 1
    union all
    select * from sales_statuses
),

activities_of_leads as (
    select
        activities.lead_id,
        activities.activity_kind,
        activities.source_id,
        activities.acted_at,
        nullif(trim({{ without_address('activities.owner_id') }}), '') as owner_id,
        activities.outcome,
        nullif(trim({{ without_address('activities.reason') }}), '') as reason
    from activities
    inner join leads
        on activities.lead_id = leads.lead_id
),

-- what was picked from a list recurs; what was typed of one person stays where it was landed
shared_reasons as (
    select activities_of_leads.reason
    from activities_of_leads
    where activities_of_leads.reason is not null
    group by activities_of_leads.reason
    having count(distinct activities_of_leads.lead_id) >= {{ var('min_leads_with_reason') }}
),

activities_told as (
    select
        activities_of_leads.lead_id,
        activities_of_leads.activity_kind,
        activities_of_leads.source_id,
        activities_of_leads.acted_at,
        activities_of_leads.owner_id,
        activities_of_leads.outcome,
        case
            when activities_of_leads.reason is null then null
            else coalesce(shared_reasons.reason, '(other)')
        end as reason
    from activities_of_leads
    left join shared_reasons
        on activities_of_leads.reason = shared_reasons.reason
)

select * from activities_told
