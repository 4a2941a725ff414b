with

offenders as (
    select
        alerts.alert_key as what,
        'due before the crossing' as why
    from {{ ref('fct_alerts') }} as alerts
    where alerts.due_at < alerts.crossed_at
    union all
    select
        queue.lead_id as what,
        'answered before it came in' as why
    from {{ ref('mart_mql_queue') }} as queue
    where queue.first_response_at < queue.mql_at
    union all
    select
        queue.lead_id as what,
        'open or past due, and answered' as why
    from {{ ref('mart_mql_queue') }} as queue
    where queue.sla_status in ('open', 'past_due') and queue.first_response_at is not null
    union all
    select
        decisions.lead_id as what,
        'decided without a moment, or pending with one' as why
    from {{ ref('fct_sales_decisions') }} as decisions
    where (decisions.decision = 'pending') <> (decisions.decided_at is null)
)

select * from offenders
