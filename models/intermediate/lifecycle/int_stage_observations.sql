with

leads as (
    select * from {{ ref('int_leads') }}
),

stages as (
    select * from {{ ref('stg_stages') }}
),

reports as (
    select * from {{ ref('int_sales_reports') }}
),

qualification as (
    select * from {{ ref('int_qualification') }}
),

definitions as (
    select * from {{ ref('stg_definitions') }}
),

cycle_spells as (
    select * from {{ ref('int_cycle_spells') }}
),

created as (
    select
        leads.lead_key,
        1 as spell_number,
        stages.stage,
        leads.created_at as observed_at
    from leads
    cross join stages
    where stages.entered_by = 'created'
),

-- what was reported before the lead existed counts as at its creation
reported as (
    select
        cycle_spells.lead_key,
        cycle_spells.spell_number,
        stages.stage,
        min(greatest(reports.reported_at, leads.created_at)) as observed_at
    from reports
    inner join leads
        on reports.lead_key = leads.lead_key
    inner join stages
        on reports.stage = stages.stage
    inner join cycle_spells
        on
            reports.lead_key = cycle_spells.lead_key
            and (
                cycle_spells.started_at is null
                or greatest(reports.reported_at, leads.created_at) > cycle_spells.started_at
            )
            and (
                cycle_spells.ended_at is null
                or greatest(reports.reported_at, leads.created_at) <= cycle_spells.ended_at
            )
    where stages.entered_by = 'reported'
    group by cycle_spells.lead_key, cycle_spells.spell_number, stages.stage
),

-- a lead is judged by the definition that is official at the moment it acts
official_moments as (
    select
        qualification.lead_key,
        qualification.stage,
        qualification.scored_at
    from qualification
    inner join definitions
        on
            qualification.definition_key = definitions.definition_key
            and {{ is_official_at('definitions', 'qualification.scored_at') | indent(12) }}
    where qualification.has_credit
),

computed as (
    select
        cycle_spells.lead_key,
        cycle_spells.spell_number,
        stages.stage,
        min(official_moments.scored_at) as observed_at
    from official_moments
    inner join stages
        on official_moments.stage = stages.stage
    inner join cycle_spells
        on
            official_moments.lead_key = cycle_spells.lead_key
            and (
                cycle_spells.started_at is null
                or official_moments.scored_at
                > {{ dbt.dateadd('day', var('requalify_after_days'), 'cycle_spells.started_at') }}
            )
            and (
                cycle_spells.ended_at is null
                or official_moments.scored_at <= cycle_spells.ended_at
            )
    where stages.entered_by = 'computed'
    group by cycle_spells.lead_key, cycle_spells.spell_number, stages.stage
),

observations as (
    select * from created
    union all
    select * from reported
    union all
    select * from computed
)

select * from observations
