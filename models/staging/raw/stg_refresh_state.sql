with

source as (
    select * from {{ source('control', 'refresh_state') }}
),

renamed as (
    select
        source.fingerprint,
        cast(source.as_of as {{ dbt.type_timestamp() }}) as as_of,
        cast(source.last_batch_number as bigint) as last_batch_number
    from source
)

select * from renamed
