with

pending as (
    select
        decisions.lead_id,
        decisions.cycle,
        decisions.queue,
        decisions.owner_id
    from {{ ref('fct_sales_decisions') }} as decisions
    where decisions.decision = 'pending'
),

queue as (
    select * from {{ ref('mart_mql_queue') }}
),

disagreements as (
    select
        coalesce(pending.lead_id, queue.lead_id) as lead_id,
        coalesce(pending.cycle, queue.cycle) as cycle
    from pending
    full outer join queue
        on
            pending.lead_id = queue.lead_id
            and pending.cycle = queue.cycle
    where
        pending.lead_id is null
        or queue.lead_id is null
        or pending.queue <> queue.queue
        or coalesce(pending.owner_id, '') <> coalesce(queue.owner_id, '')
)

select * from disagreements
