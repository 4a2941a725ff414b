{#- names and addresses stay where they were landed: nothing of them is stored here -#}
{{ config(materialized='view') }}

with

leads as (
    select * from {{ ref('stg_leads') }}
),

as_of as (
    select * from {{ ref('stg_as_of') }}
),

deliveries_ranked as (
    select
        leads.*,
        row_number() over (
            partition by leads.lead_id, leads.version_at
            order by {{ content_order('leads', 'leads', except=['lead_id']) }}
        ) as delivery_rank
    from leads
),

versions_numbered as (
    select
        deliveries_ranked.*,
        row_number() over (
            partition by deliveries_ranked.lead_id
            order by deliveries_ranked.version_at
        ) as version_number,
        first_value(deliveries_ranked.created_at) over (
            partition by deliveries_ranked.lead_id
            order by deliveries_ranked.version_at
        ) as lead_created_at
    from deliveries_ranked
    where deliveries_ranked.delivery_rank = 1
),

versions_dated as (
    select
        versions_numbered.*,
        case
            when versions_numbered.version_number = 1 then versions_numbered.lead_created_at
            else greatest(versions_numbered.version_at, versions_numbered.lead_created_at)
        end as valid_from
    from versions_numbered
),

versions_seen as (
    select
        versions_dated.*,
        lead(versions_dated.valid_from) over (
            partition by versions_dated.lead_id
            order by versions_dated.version_number
        ) as valid_to
    from versions_dated
    cross join as_of
    where versions_dated.valid_from <= as_of.as_of
),

versions as (
    select
        versions_seen.lead_id,
        versions_seen.version_number,
        versions_seen.valid_from,
        versions_seen.valid_to,
        versions_seen.valid_to is null or versions_seen.valid_to > versions_seen.valid_from as is_held,
        versions_seen.lead_created_at,
        versions_seen.created_at,
        versions_seen.updated_at,
        versions_seen.email,
        versions_seen.full_name,
        versions_seen.job_title,
        versions_seen.company_name,
        versions_seen.company_domain,
        versions_seen.account_domain,
        versions_seen.industry,
        versions_seen.employee_count,
        versions_seen.annual_revenue,
        versions_seen.country,
        versions_seen.region,
        versions_seen.lead_source,
        versions_seen.utm_source,
        versions_seen.utm_medium,
        versions_seen.utm_campaign,
        versions_seen.utm_content,
        versions_seen.utm_term,
        versions_seen.owner_id,
        versions_seen.is_deleted,
        versions_seen.attributes
    from versions_seen
)

select * from versions
