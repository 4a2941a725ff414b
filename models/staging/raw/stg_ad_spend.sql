with

source as (
    select * from {{ source('raw', 'ad_spend') }}
),

renamed as (
    select
        cast(source.spend_date as date) as spend_date,
        cast(source.platform as {{ dbt.type_string() }}) as platform,
        cast(source.campaign as {{ dbt.type_string() }}) as campaign,
        cast(source.ad_variant as {{ dbt.type_string() }}) as ad_variant,
        cast(source.audience as {{ dbt.type_string() }}) as audience,
        cast(source.spend as decimal(18, 4)) as spend,
        cast(source.impressions as bigint) as impressions,
        cast(source.clicks as bigint) as clicks,
        cast(source.currency as {{ dbt.type_string() }}) as currency,
        {{ load_order('source') }} as batch_number
    from source
)

select * from renamed
