{{
    config(
        materialized='incremental',
        pre_hook="{{ forget('lead_id', 'int_touched_leads') }}"
    )
}}

-- depends_on: {{ ref('int_touched_leads') }}
with

versions as (
    select * from {{ ref('int_lead_versions') }}
),

first_versions as (
    select versions.*
    from versions
    where versions.version_number = 1
),

latest_versions as (
    select versions.*
    from versions
    where versions.valid_to is null
),

version_counts as (
    select
        versions.lead_id,
        count(*) as version_count
    from versions
    group by versions.lead_id
),

register as (
    select
        first_versions.lead_id,
        first_versions.lead_created_at as created_at,
        coalesce(latest_versions.is_deleted, false) as is_deleted,
        {{ without_address(comparable_text('first_versions.lead_source')) }} as lead_source,
        nullif(trim(first_versions.utm_source), '') as utm_source,
        nullif(trim(first_versions.utm_medium), '') as utm_medium,
        nullif(trim(first_versions.utm_campaign), '') as utm_campaign,
        nullif(trim(first_versions.utm_content), '') as utm_content,
        nullif(trim(first_versions.utm_term), '') as utm_term,
        latest_versions.account_domain,
        {{ without_address("nullif(trim(latest_versions.country), '')") }} as country,
        {{ without_address("nullif(trim(latest_versions.region), '')") }} as region,
        {{ without_address("nullif(trim(latest_versions.industry), '')") }} as industry,
        latest_versions.employee_count,
        latest_versions.owner_id,
        version_counts.version_count > 1 as has_attribute_history
    from first_versions
    inner join latest_versions
        on first_versions.lead_id = latest_versions.lead_id
    inner join version_counts
        on first_versions.lead_id = version_counts.lead_id
)

select * from register
