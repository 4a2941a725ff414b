with

source as (
    select * from {{ ref('sla') }}
),

typed as (
    select
        trim(source.stage) as stage,
        nullif(trim(source.criterion_id), '') as criterion_id,
        cast(trim(source.minutes) as integer) as minutes,
        trim(source.reason) as reason
    from source
)

select * from typed
