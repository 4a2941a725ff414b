with

open_mqls as (
    select mqls.*
    from {{ ref('int_mqls') }} as mqls
    inner join {{ ref('int_sales_decisions') }} as decisions
        on
            mqls.lead_id = decisions.lead_id
            and mqls.cycle = decisions.cycle
            and decisions.decision = 'pending'
),

routed_mqls as (
    select * from {{ ref('int_routed_mqls') }}
),

clocks as (
    select * from {{ ref('int_sla_clocks') }}
),

criteria as (
    select *
    from {{ ref('stg_stage_criteria') }} as criteria
    where criteria.stage = 'mql'
),

ledger as (
    select * from {{ ref('fct_score_ledger') }}
),

rules as (
    select * from {{ ref('int_rules') }}
),

history as (
    select * from {{ ref('int_score_history') }}
),

scores as (
    select * from {{ ref('fct_lead_scores') }}
),

as_of as (
    select * from {{ ref('stg_as_of') }}
),

-- what stood in the ledger at the very instant: the evidence it came in with, not what is left of it
balances as (
    select
        open_mqls.lead_id,
        open_mqls.cycle,
        open_mqls.definition_id,
        ledger.rule_id,
        sum(ledger.points) as points_balance
    from open_mqls
    inner join ledger
        on
            open_mqls.definition_id = ledger.definition_id
            and open_mqls.lead_id = ledger.lead_id
            and open_mqls.mql_at >= ledger.entry_at
    group by open_mqls.lead_id, open_mqls.cycle, open_mqls.definition_id, ledger.rule_id
),

held as (
    select
        balances.lead_id,
        balances.cycle,
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

evidence as (
    select
        held.lead_id,
        held.cycle,
        {{ dbt.listagg(
            "held.rule_id || ' ' || " ~ decimal_text('held.points_held'),
            "', '",
            "order by held.points_held desc, held.rule_id"
        ) }} as points_by_rule
    from held
    where held.points_held <> 0
    group by held.lead_id, held.cycle
),

still_qualified as (
    select
        open_mqls.lead_id,
        open_mqls.cycle,
        history.mql_criterion_id is not null as is_still_qualified
    from open_mqls
    cross join as_of
    inner join history
        on
            open_mqls.definition_id = history.definition_id
            and open_mqls.lead_id = history.lead_id
            and as_of.as_of >= history.scored_at
            and (history.next_scored_at is null or as_of.as_of < history.next_scored_at)
),

queue as (
    select
        open_mqls.lead_id,
        cast(open_mqls.cycle as integer) as cycle,
        open_mqls.mql_at,
        routed_mqls.queue,
        routed_mqls.owner_id,
        routed_mqls.is_owner_kept,
        open_mqls.definition_id,
        open_mqls.criterion_id,
        case
            when open_mqls.definition_id is null then 'Reported as qualified'
            else
                coalesce(criteria.reason, open_mqls.criterion_id)
                || ' (fit ' || {{ decimal_text(points('open_mqls.fit_hundredths')) }}
                || ', intent ' || {{ decimal_text(points('open_mqls.intent_hundredths')) }}
                || ', product ' || {{ decimal_text(points('open_mqls.product_hundredths')) }} || ')'
        end as why_qualified,
        evidence.points_by_rule,
        {{ points('open_mqls.fit_hundredths') }} as fit_score,
        {{ points('open_mqls.intent_hundredths') }} as intent_score,
        {{ points('open_mqls.product_hundredths') }} as product_score,
        clocks.due_at,
        clocks.sla_status,
        clocks.business_sla_status,
        clocks.first_response_at,
        clocks.worked_before_mql,
        still_qualified.is_still_qualified,
        scores.cools_at
    from open_mqls
    inner join routed_mqls
        on
            open_mqls.lead_id = routed_mqls.lead_id
            and open_mqls.cycle = routed_mqls.cycle
    inner join clocks
        on
            open_mqls.lead_id = clocks.lead_id
            and open_mqls.cycle = clocks.cycle
    left join criteria
        on
            open_mqls.definition_id = criteria.definition_id
            and open_mqls.criterion_id = criteria.criterion_id
    left join evidence
        on
            open_mqls.lead_id = evidence.lead_id
            and open_mqls.cycle = evidence.cycle
    left join still_qualified
        on
            open_mqls.lead_id = still_qualified.lead_id
            and open_mqls.cycle = still_qualified.cycle
    left join scores
        on
            open_mqls.definition_id = scores.definition_id
            and open_mqls.lead_id = scores.lead_id
)

select * from queue
