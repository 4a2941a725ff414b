{{
    config(
        materialized='incremental',
        pre_hook="{{ forget('lead_id', 'int_touched_leads') }}"
    )
}}

-- depends_on: {{ ref('int_touched_leads') }}
with

leads as (
    select * from {{ ref('int_leads') }}
),

stages as (
    select * from {{ ref('stg_stages') }}
),

observations as (
    select * from {{ ref('int_stage_observations') }}
),

cycle_spells as (
    select * from {{ ref('int_cycle_spells') }}
),

qualification as (
    select * from {{ ref('int_qualification') }}
),

definitions as (
    select * from {{ ref('stg_definitions') }}
),

timeline as (
    select * from {{ ref('int_score_timeline') }}
),

-- a stretch between outcomes in which no stage was entered takes no number
cycles as (
    select
        cycle_spells.lead_key,
        cycle_spells.spell_number,
        cycle_spells.started_at,
        cycle_spells.ended_at,
        cycle_spells.outcome,
        row_number() over (
            partition by cycle_spells.lead_key
            order by cycle_spells.spell_number
        ) as cycle
    from cycle_spells
    where exists (
        select 1
        from observations
        where
            observations.lead_key = cycle_spells.lead_key
            and observations.spell_number = cycle_spells.spell_number
    )
),

-- A stage is reached with the first observation of itself or of any higher one; the product track
-- stands apart.
reached as (
    select
        observations.lead_key,
        observations.spell_number,
        stages.stage,
        min(observations.observed_at) as reached_at
    from observations
    inner join stages as observed_stages
        on observations.stage = observed_stages.stage
    inner join stages
        on
            observed_stages.stage = stages.stage
            or (
                observed_stages.rank > stages.rank
                and not observed_stages.is_product_track
                and not stages.is_product_track
                and (stages.entered_by <> 'created' or observations.spell_number = 1)
            )
    group by observations.lead_key, observations.spell_number, stages.stage
),

-- the definition and criterion at the very instant of a computed stage, and the scores frozen there
reasons as (
    select
        observations.lead_key,
        observations.spell_number,
        observations.stage,
        qualification.definition_id,
        qualification.criterion_id,
        timeline.fit_hundredths,
        timeline.intent_hundredths,
        timeline.product_hundredths
    from observations
    inner join stages
        on
            observations.stage = stages.stage
            and stages.entered_by = 'computed'
    inner join qualification
        on
            observations.lead_key = qualification.lead_key
            and observations.stage = qualification.stage
            and observations.observed_at = qualification.scored_at
            and qualification.has_credit
    inner join definitions
        on
            qualification.definition_key = definitions.definition_key
            and {{ is_official_at('definitions', 'qualification.scored_at') | indent(12) }}
    inner join timeline
        on
            qualification.definition_key = timeline.definition_key
            and qualification.lead_key = timeline.lead_key
            and qualification.scored_at = timeline.scored_at
),

-- A computed stage of a cycle that began before tracking may have been entered unseen; its time is known
-- only where it was seen in its place since.
entries as (
    select
        leads.lead_id,
        cycles.cycle,
        reached.stage,
        stages.rank,
        stages.is_product_track,
        observations.observed_at,
        reached.reached_at,
        observations.observed_at is null or reached.reached_at < observations.observed_at as is_inferred,
        stages.entered_by = 'computed'
        and {{ is_before_tracking(
            'coalesce(cycles.started_at, leads.created_at)', var('tracking_started_at')
        ) }}
        and (
            observations.observed_at is null
            or reached.reached_at < observations.observed_at
            or {{ is_before_tracking('observations.observed_at', var('tracking_started_at')) }}
        ) as is_before_tracking,
        reasons.definition_id,
        reasons.criterion_id,
        reasons.fit_hundredths,
        reasons.intent_hundredths,
        reasons.product_hundredths,
        cycles.started_at as cycle_started_at,
        cycles.ended_at as cycle_ended_at,
        cycles.outcome as cycle_outcome
    from reached
    inner join leads
        on reached.lead_key = leads.lead_key
    inner join stages
        on reached.stage = stages.stage
    inner join cycles
        on
            reached.lead_key = cycles.lead_key
            and reached.spell_number = cycles.spell_number
    left join observations
        on
            reached.lead_key = observations.lead_key
            and reached.spell_number = observations.spell_number
            and reached.stage = observations.stage
    left join reasons
        on
            reached.lead_key = reasons.lead_key
            and reached.spell_number = reasons.spell_number
            and reached.stage = reasons.stage
)

select * from entries
