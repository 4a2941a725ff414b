with

sweep as (
    select
        sweep.*,
        lag(sweep.picked) over (
            partition by sweep.definition_id, sweep.axis
            order by sweep.threshold
        ) as picked_below,
        lag(sweep.picked_customers) over (
            partition by sweep.definition_id, sweep.axis
            order by sweep.threshold
        ) as picked_customers_below
    from {{ ref('mart_threshold_sweep') }} as sweep
)

select
    sweep.definition_id,
    sweep.axis,
    sweep.threshold
from sweep
where
    sweep.picked > sweep.picked_below
    or sweep.picked_customers > sweep.picked_customers_below
    or sweep.picked_customers > sweep.customers
    or (sweep.threshold = 0 and (sweep.picked <> sweep.leads or sweep.picked_customers <> sweep.customers))
