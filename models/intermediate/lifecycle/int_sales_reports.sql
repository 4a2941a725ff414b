with

status_changes as (
    select * from {{ ref('int_status_changes') }}
),

opportunities as (
    select
        leads.lead_key,
        opportunities.*
    from {{ ref('int_opportunities') }} as opportunities
    inner join {{ ref('int_leads') }} as leads
        on opportunities.lead_id = leads.lead_id
),

status_map as (
    select * from {{ ref('stg_status_map') }}
),

leads as (
    select * from {{ ref('int_leads') }}
),

status_reports as (
    select
        leads.lead_key,
        leads.lead_id,
        status_changes.change_id as source_id,
        status_changes.changed_at as reported_at,
        status_changes.comparable_status,
        status_map.stage,
        status_map.outcome
    from status_changes
    inner join leads
        on status_changes.lead_id = leads.lead_id
    left join status_map
        on status_changes.comparable_status = status_map.comparable_status
),

created_opportunities as (
    select
        opportunities.lead_key,
        opportunities.lead_id,
        opportunities.opportunity_id as source_id,
        opportunities.created_at as reported_at,
        cast(null as {{ dbt.type_string() }}) as comparable_status,
        'opportunity' as stage,
        cast(null as {{ dbt.type_string() }}) as outcome
    from opportunities
),

won_opportunities as (
    select
        opportunities.lead_key,
        opportunities.lead_id,
        opportunities.opportunity_id as source_id,
        opportunities.closed_at as reported_at,
        cast(null as {{ dbt.type_string() }}) as comparable_status,
        'customer' as stage,
        cast(null as {{ dbt.type_string() }}) as outcome
    from opportunities
    where opportunities.is_won
),

-- losing one says nothing of the lead while another is open, or once one has been won
lost_opportunities as (
    select
        opportunities.lead_key,
        opportunities.lead_id,
        opportunities.opportunity_id as source_id,
        opportunities.closed_at as reported_at,
        cast(null as {{ dbt.type_string() }}) as comparable_status,
        cast(null as {{ dbt.type_string() }}) as stage,
        'lost' as outcome
    from opportunities
    left join opportunities as others
        on
            opportunities.lead_key = others.lead_key
            and opportunities.opportunity_id <> others.opportunity_id
            and (
                (
                    opportunities.closed_at >= others.created_at
                    and (others.closed_at is null or opportunities.closed_at < others.closed_at)
                )
                or (others.is_won and opportunities.closed_at >= others.closed_at)
            )
    where
        opportunities.is_closed
        and not opportunities.is_won
        and others.opportunity_id is null
),

reports as (
    select * from status_reports
    union all
    select * from created_opportunities
    union all
    select * from won_opportunities
    union all
    select * from lost_opportunities
)

select * from reports
