-- Of those whom this run recomputed.
with

cycles as (
    select
        entries.lead_id,
        entries.cycle,
        min(entries.reached_at) as first_reached_at,
        max(coalesce(entries.observed_at, entries.reached_at)) as last_observed_at,
        min(entries.cycle_ended_at) as ended_at
    from {{ ref('int_stage_entries') }} as entries
    where entries.lead_id in (select touched.lead_id from {{ ref('int_touched_leads') }} as touched)
    group by entries.lead_id, entries.cycle
),

cycles_compared as (
    select
        cycles.*,
        row_number() over (partition by cycles.lead_id order by cycles.cycle) as expected_cycle,
        lag(cycles.ended_at) over (partition by cycles.lead_id order by cycles.cycle) as previous_ended_at
    from cycles
),

misplaced as (
    select cycles_compared.*
    from cycles_compared
    where
        cycles_compared.cycle <> cycles_compared.expected_cycle
        or cycles_compared.last_observed_at > cycles_compared.ended_at
        or (
            cycles_compared.cycle > 1
            and (
                cycles_compared.previous_ended_at is null
                or cycles_compared.first_reached_at <= cycles_compared.previous_ended_at
            )
        )
)

select * from misplaced
