with

source as (
    select * from {{ source('raw', 'accounts') }}
),

renamed as (
    select
        cast(source.company_domain as {{ dbt.type_string() }}) as company_domain,
        {{ comparable_text('source.company_domain') }} as account_domain,
        cast(source.updated_at as {{ dbt.type_timestamp() }}) as updated_at,
        cast(
            coalesce(source.updated_at, source.{{ var('loaded_at_column') }}) as {{ dbt.type_timestamp() }}
        ) as version_at,
        cast(source.is_target_account as boolean) as is_target_account,
        cast(source.account_tier as {{ dbt.type_string() }}) as account_tier,
        cast(source.industry as {{ dbt.type_string() }}) as industry,
        cast(source.employee_count as bigint) as employee_count,
        cast(source.annual_revenue as decimal(18, 4)) as annual_revenue,
        cast(source.country as {{ dbt.type_string() }}) as country,
        {{ load_order('source') }} as batch_number
    from source
)

select * from renamed
