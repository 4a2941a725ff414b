with

source as (
    select * from {{ source('raw', 'sales_touches') }}
),

renamed as (
    select
        cast(source.touch_id as {{ dbt.type_string() }}) as touch_id,
        cast(source.lead_id as {{ dbt.type_string() }}) as lead_id,
        cast(source.touched_at as {{ dbt.type_timestamp() }}) as touched_at,
        cast(source.touch_type as {{ dbt.type_string() }}) as touch_type,
        cast(source.owner_id as {{ dbt.type_string() }}) as owner_id,
        {{ load_order('source') }} as batch_number
    from source
)

select * from renamed
