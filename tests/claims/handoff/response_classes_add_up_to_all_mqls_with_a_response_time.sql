-- The unanswered stay in the denominator: they are the class none. The rows of all months sum the months.
with

speed as (
    select * from {{ ref('mart_speed_to_lead') }}
),

sla as (
    select coalesce(sum(sla.mqls - sla.worked_before_mql - sla.before_tracking), 0) as timed_mqls
    from {{ ref('mart_sla') }} as sla
),

by_stage as (
    select
        speed.to_stage,
        sum(case when speed.cohort_month is null and speed.response_class = 'all' then speed.mqls else 0 end)
            as mqls,
        sum(case when speed.cohort_month is null and speed.response_class <> 'all' then speed.mqls else 0 end)
            as mqls_by_class,
        sum(
            case
                when speed.cohort_month is not null and speed.response_class = 'all' then speed.mqls
                else 0
            end
        ) as mqls_by_month,
        sum(
            case
                when speed.cohort_month is null and speed.response_class = 'all' then speed.converted_reached
                else 0
            end
        ) as converted,
        sum(
            case
                when speed.cohort_month is null and speed.response_class <> 'all' then speed.converted_reached
                else 0
            end
        ) as converted_by_class
    from speed
    group by speed.to_stage
),

disagreements as (
    select by_stage.*
    from by_stage
    cross join sla
    where
        by_stage.mqls <> sla.timed_mqls
        or by_stage.mqls <> by_stage.mqls_by_class
        or by_stage.mqls <> by_stage.mqls_by_month
        or by_stage.converted <> by_stage.converted_by_class
)

select * from disagreements
