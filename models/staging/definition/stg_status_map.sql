with

source as (
    select * from {{ ref('status_map') }}
),

typed as (
    select
        {{ comparable_text('source.status') }} as comparable_status,
        trim(source.stage) as stage,
        lower(trim(source.outcome)) as outcome
    from source
)

select * from typed
