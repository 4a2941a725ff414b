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

evidence as (
    select * from {{ ref('int_lead_evidence') }}
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
        evidence.is_still_qualified,
        evidence.cools_at
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
    inner join evidence
        on
            open_mqls.lead_id = evidence.lead_id
            and open_mqls.cycle = evidence.cycle
)

select * from queue
