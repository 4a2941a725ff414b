{{
    config(
        materialized='incremental',
        pre_hook="{{ forget('lead_id', 'int_touched_leads') }}"
    )
}}

with

entries as (
    select * from {{ ref('int_stage_entries') }}
),

leads as (
    select register.lead_id
    from {{ ref('int_lead_register') }} as register
    inner join {{ ref('int_touched_leads') }} as touched_leads
        on register.lead_id = touched_leads.lead_id
    where not register.is_deleted
),

versions as (
    select * from {{ ref('int_lead_versions') }}
),

-- as the lead was when it became one: whose it is was decided on that
mqls as (
    select
        entries.lead_id,
        entries.cycle,
        entries.observed_at as mql_at,
        entries.is_inferred,
        coalesce(entries.is_before_tracking, false) as is_before_tracking,
        entries.definition_id,
        entries.criterion_id,
        entries.fit_hundredths,
        entries.intent_hundredths,
        entries.product_hundredths,
        entries.cycle_started_at,
        entries.cycle_ended_at,
        entries.cycle_outcome,
        nullif(trim({{ without_address('versions.country') }}), '') as country,
        nullif(trim({{ without_address('versions.region') }}), '') as region,
        nullif(trim({{ without_address('versions.industry') }}), '') as industry,
        versions.employee_count,
        nullif(trim({{ without_address('versions.owner_id') }}), '') as owner_id
    from entries
    inner join leads
        on entries.lead_id = leads.lead_id
    left join versions
        on
            entries.lead_id = versions.lead_id
            and entries.observed_at >= versions.valid_from
            and (versions.valid_to is null or entries.observed_at < versions.valid_to)
    where entries.stage = 'mql' and entries.observed_at is not null
)

select * from mqls
