{{
    config(
        materialized='incremental',
        pre_hook="{{ forget('lead_id', 'int_stirred_leads') }}"
    )
}}

with

leads as (
    select *
    from {{ ref('int_lead_register') }} as leads
    where
        not leads.is_deleted
        and {{ is_asked_about('leads.lead_id', 'int_stirred_leads') }}
),

channels as (
    select * from {{ ref('int_lead_channels') }}
),

entries as (
    select entries.*
    from {{ ref('int_stage_entries') }} as entries
    where {{ is_asked_about('entries.lead_id', 'int_stirred_leads') }}
),

scores as (
    select * from {{ ref('int_lead_scores') }}
),

as_of as (
    select * from {{ ref('stg_as_of') }}
),

official_definitions as (
    select definitions.definition_id
    from {{ ref('stg_definitions') }} as definitions
    cross join as_of
    where
        {{ is_official_at('definitions', 'as_of.as_of') | indent(8) }}
),

official_scores as (
    select scores.*
    from scores
    inner join official_definitions
        on scores.definition_id = official_definitions.definition_id
),

entries_ranked as (
    select
        entries.*,
        row_number() over (
            partition by entries.lead_id
            order by entries.cycle desc, entries.rank desc, entries.is_product_track asc, entries.stage asc
        ) as recency_rank
    from entries
),

current_stages as (
    select
        entries_ranked.lead_id,
        coalesce(entries_ranked.cycle_outcome, entries_ranked.stage) as current_stage
    from entries_ranked
    where entries_ranked.recency_rank = 1
),

histories as (
    select
        entries.lead_id,
        max(entries.cycle) as cycle_count,
        min(case when entries.stage = 'mql' then entries.observed_at end) as first_mql_at,
        max(case when entries.stage = 'mql' then entries.observed_at end) as latest_mql_at,
        count(case when entries.stage = 'mql' then entries.observed_at end) as mql_count
    from entries
    group by entries.lead_id
),

dimension as (
    select
        leads.lead_id,
        leads.created_at,
        channels.channel,
        leads.lead_source,
        channels.campaign,
        channels.ad_variant,
        channels.audience,
        leads.country,
        leads.region,
        leads.industry,
        current_stages.current_stage,
        cast(histories.cycle_count as integer) as cycle_count,
        histories.first_mql_at,
        histories.latest_mql_at,
        cast(histories.mql_count as integer) as mql_count,
        official_scores.definition_id,
        official_scores.fit_score,
        official_scores.intent_score,
        official_scores.product_score,
        official_scores.total_score,
        official_scores.fit_grade,
        official_scores.intent_grade,
        leads.has_attribute_history,
        {{ is_before_tracking('leads.created_at', var('tracking_started_at')) }} as is_before_tracking
    from leads
    left join channels
        on leads.lead_id = channels.lead_id
    left join current_stages
        on leads.lead_id = current_stages.lead_id
    left join histories
        on leads.lead_id = histories.lead_id
    left join official_scores
        on leads.lead_id = official_scores.lead_id
)

select * from dimension
