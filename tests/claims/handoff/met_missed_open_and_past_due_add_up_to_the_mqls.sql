-- In real time and in working hours; who has no response time is counted apart, and nobody twice.
with

sla as (
    select * from {{ ref('mart_sla') }}
),

disagreements as (
    select
        sla.period_month,
        sla.owner_id,
        sla.queue,
        sla.response_class
    from sla
    where
        sla.mqls
        <> sla.met + sla.missed + sla.open + sla.past_due + sla.without_sla + sla.worked_before_mql
        + sla.before_tracking
        or sla.business_met + sla.business_missed + sla.business_open + sla.business_past_due
        > sla.met + sla.missed + sla.open + sla.past_due
)

select * from disagreements
