with

source as (
    select * from {{ source('raw', 'opportunities') }}
),

renamed as (
    select
        cast(source.opportunity_id as {{ dbt.type_string() }}) as opportunity_id,
        cast(source.lead_id as {{ dbt.type_string() }}) as lead_id,
        cast(source.created_at as {{ dbt.type_timestamp() }}) as created_at,
        cast(source.amount as decimal(18, 4)) as amount,
        cast(source.currency as {{ dbt.type_string() }}) as currency,
        cast(source.closed_at as {{ dbt.type_timestamp() }}) as closed_at,
        cast(source.is_won as boolean) as is_won,
        {{ load_order('source') }} as batch_number
    from source
)

select * from renamed
