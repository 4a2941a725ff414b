{{ config(materialized='view', tags=['stands']) }}

with

counted_matches as {{ read_where_used() }} (
    select * from {{ ref('int_counted_matches') }}
),

fit_credits as {{ read_where_used() }} (
    select * from {{ ref('int_fit_credits') }}
),

decay_steps as (
    select * from {{ ref('int_decay_steps') }}
),

rules as (
    select
        rules.rule_key,
        rules.points,
        event_rules.decay_id
    from {{ ref('int_rules') }} as rules
    left join {{ ref('stg_event_rules') }} as event_rules
        on
            rules.definition_id = event_rules.definition_id
            and rules.rule_id = event_rules.rule_id
),

lasting_credits as (
    select
        counted_matches.rule_key,
        counted_matches.lead_key,
        counted_matches.event_id as source_id,
        counted_matches.known_at as entry_at,
        'credit' as entry_kind,
        rules.points * 100 as hundredths,
        counted_matches.spell_number,
        counted_matches.reset_at
    from counted_matches
    inner join rules
        on counted_matches.rule_key = rules.rule_key
    where rules.decay_id is null
),

-- Points are credited when known and age from when it happened: the step in force at known_at gives the
-- credit, each later step a decay.
fading_entries as {{ read_where_used() }} (
    select
        counted_matches.rule_key,
        counted_matches.lead_key,
        counted_matches.event_id as source_id,
        counted_matches.known_at,
        rules.points,
        decay_steps.remaining_percent,
        decay_steps.percent_change,
        counted_matches.spell_number,
        counted_matches.reset_at,
        {{ dbt.dateadd('day', 'decay_steps.after_days', 'counted_matches.occurred_at') }} as step_at,
        {{ dbt.dateadd('day', 'decay_steps.until_days', 'counted_matches.occurred_at') }} as next_step_at
    from counted_matches
    inner join rules
        on counted_matches.rule_key = rules.rule_key
    inner join decay_steps
        on rules.decay_id = decay_steps.decay_id
),

fading_credits as (
    select
        fading_entries.rule_key,
        fading_entries.lead_key,
        fading_entries.source_id,
        fading_entries.known_at as entry_at,
        'credit' as entry_kind,
        fading_entries.points * fading_entries.remaining_percent as hundredths,
        fading_entries.spell_number,
        fading_entries.reset_at
    from fading_entries
    where
        fading_entries.step_at <= fading_entries.known_at
        and (fading_entries.next_step_at is null or fading_entries.next_step_at > fading_entries.known_at)
),

decays as (
    select
        fading_entries.rule_key,
        fading_entries.lead_key,
        fading_entries.source_id,
        fading_entries.step_at as entry_at,
        'decay' as entry_kind,
        fading_entries.points * fading_entries.percent_change as hundredths,
        fading_entries.spell_number,
        fading_entries.reset_at
    from fading_entries
    where fading_entries.step_at > fading_entries.known_at
),

granted_for_fit as (
    select
        fit_credits.rule_key,
        fit_credits.lead_key,
        fit_credits.source_id,
        fit_credits.credited_at as entry_at,
        'credit' as entry_kind,
        rules.points * 100 as hundredths,
        fit_credits.spell_number,
        fit_credits.reset_at
    from fit_credits
    inner join rules
        on fit_credits.rule_key = rules.rule_key
),

reversals as (
    select
        fit_credits.rule_key,
        fit_credits.lead_key,
        fit_credits.source_id,
        fit_credits.reversed_at as entry_at,
        'reversal' as entry_kind,
        -rules.points * 100 as hundredths,
        fit_credits.spell_number,
        fit_credits.reset_at
    from fit_credits
    inner join rules
        on fit_credits.rule_key = rules.rule_key
    where fit_credits.reversed_at is not null
),

entries as (
    select * from lasting_credits
    union all
    select * from fading_credits
    union all
    select * from decays
    union all
    select * from granted_for_fit
    union all
    select * from reversals
),

-- an entry moves points; what moves none is not written
entries_that_move_points as (
    select entries.*
    from entries
    where entries.hundredths <> 0
)

select * from entries_that_move_points
