with

decisions as (
    select * from {{ ref('int_sales_decisions') }}
),

mqls as (
    select * from {{ ref('int_mqls') }}
),

routed_mqls as (
    select * from {{ ref('int_routed_mqls') }}
),

responses as (
    select * from {{ ref('int_first_responses') }}
),

sales_decisions as (
    select
        decisions.lead_id,
        cast(decisions.cycle as integer) as cycle,
        decisions.mql_at,
        mqls.definition_id,
        mqls.criterion_id,
        routed_mqls.queue,
        routed_mqls.owner_id,
        decisions.decision,
        decisions.decided_at,
        case
            when decisions.decided_at >= decisions.mql_at and not mqls.is_before_tracking
                then {{ days_between('decisions.mql_at', 'decisions.decided_at') }}
        end as days_to_decision,
        decisions.outcome,
        decisions.reason,
        responses.worked_before_mql,
        mqls.is_before_tracking
    from decisions
    inner join mqls
        on
            decisions.lead_id = mqls.lead_id
            and decisions.cycle = mqls.cycle
    inner join routed_mqls
        on
            decisions.lead_id = routed_mqls.lead_id
            and decisions.cycle = routed_mqls.cycle
    inner join responses
        on
            decisions.lead_id = responses.lead_id
            and decisions.cycle = responses.cycle
)

select * from sales_decisions
