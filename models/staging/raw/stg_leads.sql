with

source as (
    select * from {{ source('raw', 'leads') }}
),

renamed as (
    select
        cast(source.lead_id as {{ dbt.type_string() }}) as lead_id,
        cast(source.created_at as {{ dbt.type_timestamp() }}) as created_at,
        cast(source.updated_at as {{ dbt.type_timestamp() }}) as updated_at,
        cast(
            coalesce(source.updated_at, source.{{ var('loaded_at_column') }}) as {{ dbt.type_timestamp() }}
        ) as version_at,
        cast(source.email as {{ dbt.type_string() }}) as email,
        {{ comparable_text('source.email') }} as comparable_email,
        {{ is_valid_email(comparable_text('source.email')) | indent(8) }} as is_valid_email,
        cast(source.full_name as {{ dbt.type_string() }}) as full_name,
        cast(source.job_title as {{ dbt.type_string() }}) as job_title,
        cast(source.company_name as {{ dbt.type_string() }}) as company_name,
        cast(source.company_domain as {{ dbt.type_string() }}) as company_domain,
        {{ comparable_text('source.company_domain') }} as account_domain,
        cast(source.industry as {{ dbt.type_string() }}) as industry,
        cast(source.employee_count as bigint) as employee_count,
        cast(source.annual_revenue as decimal(18, 4)) as annual_revenue,
        cast(source.country as {{ dbt.type_string() }}) as country,
        cast(source.region as {{ dbt.type_string() }}) as region,
        cast(source.lead_source as {{ dbt.type_string() }}) as lead_source,
        cast(source.utm_source as {{ dbt.type_string() }}) as utm_source,
        cast(source.utm_medium as {{ dbt.type_string() }}) as utm_medium,
        cast(source.utm_campaign as {{ dbt.type_string() }}) as utm_campaign,
        cast(source.utm_content as {{ dbt.type_string() }}) as utm_content,
        cast(source.utm_term as {{ dbt.type_string() }}) as utm_term,
        cast(source.owner_id as {{ dbt.type_string() }}) as owner_id,
        cast(source.is_deleted as boolean) as is_deleted,
        cast(source.attributes as {{ dbt.type_string() }}) as attributes,
        {{ load_order('source') }} as batch_number
    from source
)

select * from renamed
