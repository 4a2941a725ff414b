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
    select * from {{ ref('int_lead_register') }}
),

grade_bands as (
    select * from {{ ref('int_grade_bands') }}
),

lead_stages as (
    select
        entries.lead_id,
        cast(entries.cycle as integer) as cycle,
        entries.stage,
        entries.rank,
        entries.observed_at,
        entries.reached_at,
        entries.is_inferred,
        coalesce(entries.is_before_tracking, false) as is_before_tracking,
        entries.definition_id,
        entries.criterion_id,
        {{ points('entries.fit_hundredths') }} as fit_score,
        {{ points('entries.intent_hundredths') }} as intent_score,
        {{ points('entries.product_hundredths') }} as product_score,
        fit_bands.grade as fit_grade,
        intent_bands.grade as intent_grade
    from entries
    inner join leads
        on entries.lead_id = leads.lead_id
    {{ join_grade_bands('entries') }}
    where
        not leads.is_deleted
        and {{ is_asked_about('entries.lead_id', 'int_touched_leads') }}
)

select * from lead_stages
