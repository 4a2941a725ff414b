with

source as (
    select * from {{ ref('stages') }}
),

typed as (
    select
        trim(source.stage) as stage,
        cast(trim(source.rank) as integer) as rank,
        lower(trim(source.track)) as track,
        coalesce(lower(trim(source.track)), '') = 'product' as is_product_track,
        lower(trim(source.entered_by)) as entered_by,
        cast(trim(source.horizon_days) as integer) as horizon_days,
        trim(source.description) as description
    from source
)

select * from typed
