with

source as (
    select * from {{ source('raw', 'stage_changes') }}
),

renamed as (
    select
        cast(source.change_id as {{ dbt.type_string() }}) as change_id,
        cast(source.lead_id as {{ dbt.type_string() }}) as lead_id,
        cast(source.changed_at as {{ dbt.type_timestamp() }}) as changed_at,
        cast(source.status as {{ dbt.type_string() }}) as status,
        {{ comparable_text('source.status') }} as comparable_status,
        cast(source.reason as {{ dbt.type_string() }}) as reason,
        cast(source.owner_id as {{ dbt.type_string() }}) as owner_id,
        {{ load_order('source') }} as batch_number
    from source
)

select * from renamed
