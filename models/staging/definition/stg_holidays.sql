with

source as (
    select * from {{ ref('holidays') }}
),

typed as (
    select
        cast(trim(source.holiday_date) as date) as holiday_date,
        trim(source.name) as holiday_name
    from source
)

select * from typed
