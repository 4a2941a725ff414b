with

source as (
    select * from {{ source('control', 'as_of') }}
),

renamed as (
    select cast(source.as_of as {{ dbt.type_timestamp() }}) as as_of
    from source
)

select * from renamed
