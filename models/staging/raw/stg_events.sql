with

source as (
    select * from {{ source('raw', 'events') }}
),

renamed as (
    select
        cast(source.event_id as {{ dbt.type_string() }}) as event_id,
        cast(source.occurred_at as {{ dbt.type_timestamp() }}) as occurred_at,
        cast(source.event_type as {{ dbt.type_string() }}) as event_type,
        cast(source.lead_id as {{ dbt.type_string() }}) as lead_id,
        cast(source.anonymous_id as {{ dbt.type_string() }}) as anonymous_id,
        cast(source.page_url as {{ dbt.type_string() }}) as page_url,
        cast(source.referrer_url as {{ dbt.type_string() }}) as referrer_url,
        cast(source.utm_source as {{ dbt.type_string() }}) as utm_source,
        cast(source.utm_medium as {{ dbt.type_string() }}) as utm_medium,
        cast(source.utm_campaign as {{ dbt.type_string() }}) as utm_campaign,
        cast(source.utm_content as {{ dbt.type_string() }}) as utm_content,
        cast(source.utm_term as {{ dbt.type_string() }}) as utm_term,
        cast(source.value as decimal(28, 8)) as value,
        cast(source.user_agent as {{ dbt.type_string() }}) as user_agent,
        cast(source.properties as {{ dbt.type_string() }}) as properties,
        {{ load_order('source') }} as batch_number
    from source
)

select * from renamed
