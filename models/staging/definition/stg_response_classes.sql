with

source as (
    select * from {{ ref('response_classes') }}
),

typed as (
    select
        trim(source.response_class) as response_class,
        cast(trim(source.up_to_minutes) as integer) as up_to_minutes,
        row_number() over (
            order by cast(trim(source.up_to_minutes) as integer) nulls last, trim(source.response_class)
        ) as class_rank
    from source
)

select * from typed
