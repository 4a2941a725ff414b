with

entries as (
    select * from {{ ref('int_stage_entries') }}
),

stages as (
    select * from {{ ref('stg_stages') }}
),

leads as (
    select * from {{ ref('int_lead_register') }}
),

criteria as (
    select * from {{ ref('stg_stage_criteria') }}
),

evidence as (
    select * from {{ ref('int_crossing_evidence') }}
),

grade_bands as (
    select * from {{ ref('int_grade_bands') }}
),

sla as (
    select * from {{ ref('stg_sla') }}
),

-- what sales reported itself is no news to it
crossings as (
    select
        entries.lead_id,
        entries.cycle,
        entries.stage,
        entries.observed_at as crossed_at,
        entries.definition_id,
        entries.criterion_id,
        entries.fit_hundredths,
        entries.intent_hundredths,
        entries.product_hundredths,
        coalesce(entries.is_before_tracking, false) as is_before_tracking
    from entries
    inner join stages
        on entries.stage = stages.stage
    inner join leads
        on entries.lead_id = leads.lead_id
    where
        entries.stage in ('mql', 'pql')
        and stages.entered_by = 'computed'
        and entries.observed_at is not null
        and not leads.is_deleted
),

-- The row that names the criterion stands before the one for any; from before tracking began nothing is due.
due as (
    select
        crossings.lead_id,
        crossings.cycle,
        crossings.stage,
        {{ dbt.dateadd(
            'minute', 'coalesce(sla_of_criterion.minutes, sla_of_any.minutes)', 'crossings.crossed_at'
        ) }} as due_at
    from crossings
    left join sla as sla_of_criterion
        on
            crossings.stage = sla_of_criterion.stage
            and crossings.criterion_id = sla_of_criterion.criterion_id
            and not crossings.is_before_tracking
    left join sla as sla_of_any
        on
            crossings.stage = sla_of_any.stage
            and sla_of_any.criterion_id is null
            and not crossings.is_before_tracking
),

alerts as (
    select
        crossings.lead_id
        || '|' || cast(crossings.cycle as {{ dbt.type_string() }})
        || '|' || crossings.stage as alert_key,
        crossings.lead_id,
        cast(crossings.cycle as integer) as cycle,
        crossings.stage,
        crossings.crossed_at,
        crossings.definition_id,
        crossings.criterion_id,
        criteria.reason,
        {{ points('crossings.fit_hundredths') }} as fit_score,
        {{ points('crossings.intent_hundredths') }} as intent_score,
        {{ points('crossings.product_hundredths') }} as product_score,
        fit_bands.grade as fit_grade,
        intent_bands.grade as intent_grade,
        evidence.evidence,
        due.due_at
    from crossings
    inner join due
        on
            crossings.lead_id = due.lead_id
            and crossings.cycle = due.cycle
            and crossings.stage = due.stage
    left join criteria
        on
            crossings.definition_id = criteria.definition_id
            and crossings.stage = criteria.stage
            and crossings.criterion_id = criteria.criterion_id
    left join evidence
        on
            crossings.lead_id = evidence.lead_id
            and crossings.cycle = evidence.cycle
            and crossings.stage = evidence.stage
    {{ join_grade_bands('crossings') }}
)

select * from alerts
