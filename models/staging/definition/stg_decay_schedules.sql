with

source as (
    select * from {{ ref('decay_schedules') }}
),

typed as (
    select
        trim(source.decay_id) as decay_id,
        cast(trim(source.after_days) as integer) as after_days,
        cast(trim(source.remaining_percent) as integer) as remaining_percent
    from source
)

select * from typed
