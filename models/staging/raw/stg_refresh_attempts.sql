with

source as (
    select * from {{ source('control', 'refresh_attempts') }}
),

renamed as (
    select
        source.fingerprint,
        cast(source.as_of as {{ dbt.type_timestamp() }}) as as_of
    from source
)

select * from renamed
