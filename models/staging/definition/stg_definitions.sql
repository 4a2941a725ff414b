with

source as (
    select * from {{ ref('definitions') }}
),

typed as (
    select
        trim(source.definition_id) as definition_id,
        lower(trim(source.status)) = 'official' as is_official,
        cast(trim(source.effective_from) as {{ dbt.type_timestamp() }}) as effective_from,
        cast(trim(source.effective_to) as {{ dbt.type_timestamp() }}) as effective_to,
        trim(source.title) as title,
        trim(source.marketing_owner) as marketing_owner,
        trim(source.sales_owner) as sales_owner,
        cast(trim(source.approved_on) as date) as approved_on,
        trim(source.reason) as reason,
        row_number() over (order by trim(source.definition_id)) as definition_key
    from source
)

select * from typed
