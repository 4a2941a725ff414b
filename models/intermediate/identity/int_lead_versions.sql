{#- names and addresses stay where they were landed: nothing of them is stored here -#}
{{ config(materialized='view', tags=['stands']) }}

with

leads as {{ read_where_used() }} (
    select leads.*
    from {{ ref('stg_leads') }} as leads
    inner join {{ ref('int_touched_leads') }} as touched_leads
        on leads.lead_id = touched_leads.lead_id
),

as_of as (
    select * from {{ ref('stg_as_of') }}
),

-- The windows below are narrow: what a version says is joined at the end. Of several deliveries of one
-- version the first by content stands, and content begins with created_at.
deliveries_counted as (
    select
        leads.lead_id,
        leads.version_at,
        min(leads.created_at) as created_at,
        count(*) as delivery_count
    from leads
    group by leads.lead_id, leads.version_at
),

versions_numbered as (
    select
        deliveries_counted.*,
        row_number() over (
            partition by deliveries_counted.lead_id
            order by deliveries_counted.version_at
        ) as version_number,
        first_value(deliveries_counted.created_at) over (
            partition by deliveries_counted.lead_id
            order by deliveries_counted.version_at
        ) as lead_created_at
    from deliveries_counted
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

deliveries_ranked as (
    select
        versions_seen.version_number,
        leads.*,
        row_number() over (
            partition by leads.lead_id, leads.version_at
            order by {{ content_order('leads', 'leads', except=['lead_id']) }}
        ) as delivery_rank
    from versions_seen
    inner join leads
        on
            versions_seen.lead_id = leads.lead_id
            and versions_seen.version_at = leads.version_at
    where versions_seen.delivery_count > 1
),

versions as (
    {%- for relation in ['leads', 'deliveries_ranked'] %}
    select
        versions_seen.lead_id,
        versions_seen.version_number,
        versions_seen.valid_from,
        versions_seen.valid_to,
        versions_seen.valid_to is null or versions_seen.valid_to > versions_seen.valid_from as is_held,
        versions_seen.lead_created_at,
        {{ relation }}.account_domain,
        {{ raw_columns('leads', relation, except=['lead_id']) }}
    from versions_seen
    inner join {{ relation }}
        on
            versions_seen.lead_id = {{ relation }}.lead_id
            and versions_seen.version_at = {{ relation }}.version_at
    where {{ 'versions_seen.delivery_count = 1' if loop.first else 'deliveries_ranked.delivery_rank = 1' }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select * from versions
