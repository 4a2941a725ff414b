-- Product stages stand apart: they are never inferred, and infer nothing. Of those whom this
-- run recomputed.
with

entries as (
    select entries.*
    from {{ ref('fct_lead_stages') }} as entries
    inner join {{ ref('stg_stages') }} as stages
        on entries.stage = stages.stage
    where
        not stages.is_product_track
        and entries.lead_id in (select touched.lead_id from {{ ref('int_touched_leads') }} as touched)
),

stages_before as (
    select
        entries.*,
        max(entries.reached_at) over (
            partition by entries.lead_id, entries.cycle
            order by entries.rank
            range between unbounded preceding and 1 preceding
        ) as lower_reached_at
    from entries
),

out_of_order as (
    select
        stages_before.lead_id,
        stages_before.cycle,
        stages_before.stage,
        stages_before.reached_at,
        stages_before.lower_reached_at
    from stages_before
    where stages_before.reached_at < stages_before.lower_reached_at
)

select * from out_of_order
