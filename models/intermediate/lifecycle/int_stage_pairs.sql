with

stages as (
    select *
    from {{ ref('stg_stages') }} as stages
    where not stages.is_product_track
),

stages_ordered as (
    select
        stages.stage,
        lead(stages.stage) over (order by stages.rank, stages.stage) as next_stage
    from stages
),

named_pairs as (
    select
        stages_ordered.stage as from_stage,
        stages_ordered.next_stage as to_stage
    from stages_ordered
    where stages_ordered.next_stage is not null
    union
    select
        from_stages.stage as from_stage,
        to_stages.stage as to_stage
    from {{ ref('stg_stages') }} as from_stages
    cross join {{ ref('stg_stages') }} as to_stages
    where
        (from_stages.stage = 'mql' and to_stages.stage in ('sql', 'customer'))
        or (from_stages.stage in ('lead', 'pql') and to_stages.stage = 'customer')
),

pairs as (
    select
        named_pairs.from_stage,
        named_pairs.to_stage,
        to_stages.horizon_days,
        to_stages.entered_by = 'computed' as is_to_computed
    from named_pairs
    inner join {{ ref('stg_stages') }} as to_stages
        on named_pairs.to_stage = to_stages.stage
)

select * from pairs
