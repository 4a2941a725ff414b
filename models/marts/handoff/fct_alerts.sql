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

ledger as (
    select * from {{ ref('fct_score_ledger') }}
),

rules as (
    select * from {{ ref('int_rules') }}
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
        entries.product_hundredths
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

balances as (
    select
        crossings.lead_id,
        crossings.cycle,
        crossings.stage,
        ledger.definition_id,
        ledger.rule_id,
        sum(ledger.points) as points_balance
    from crossings
    inner join ledger
        on
            crossings.definition_id = ledger.definition_id
            and crossings.lead_id = ledger.lead_id
            and crossings.crossed_at >= ledger.entry_at
    group by crossings.lead_id, crossings.cycle, crossings.stage, ledger.definition_id, ledger.rule_id
),

held as (
    select
        balances.lead_id,
        balances.cycle,
        balances.stage,
        balances.rule_id,
        cast(
            {{ clamp('balances.points_balance', '-rules.max_points', 'rules.max_points') }} as decimal(18, 2)
        ) as points_held
    from balances
    inner join rules
        on
            balances.definition_id = rules.definition_id
            and balances.rule_id = rules.rule_id
),

held_in_words as (
    select
        held.lead_id,
        held.cycle,
        held.stage,
        held.rule_id,
        held.points_held,
        held.rule_id || ' ' || {{ decimal_text('held.points_held') }} as rule_and_points
    from held
    where held.points_held <> 0
),

evidence as (
    select
        held_in_words.lead_id,
        held_in_words.cycle,
        held_in_words.stage,
        {{ dbt.listagg(
            'held_in_words.rule_and_points',
            "', '",
            'order by held_in_words.points_held desc, held_in_words.rule_id'
        ) }} as evidence
    from held_in_words
    group by held_in_words.lead_id, held_in_words.cycle, held_in_words.stage
),

-- the row that names the criterion stands before the one for any
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
    left join sla as sla_of_any
        on
            crossings.stage = sla_of_any.stage
            and sla_of_any.criterion_id is null
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
    {% for axis in ['fit', 'intent'] -%}
    left join grade_bands as {{ axis }}_bands
        on
            {{ axis }}_bands.axis = '{{ axis }}'
            and crossings.definition_id = {{ axis }}_bands.definition_id
            and crossings.{{ axis }}_hundredths >= {{ axis }}_bands.from_hundredths
            and (
                {{ axis }}_bands.below_hundredths is null
                or crossings.{{ axis }}_hundredths < {{ axis }}_bands.below_hundredths
            )
    {% endfor %}
)

select * from alerts
