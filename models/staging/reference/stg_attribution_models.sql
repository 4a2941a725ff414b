with

source as (
    select * from {{ ref('attribution_models') }}
),

typed as (
    select
        trim(source.attribution_model) as attribution_model,
        lower(trim(source.spread)) as spread,
        cast(nullif(trim(source.first_percent), '') as integer) as first_percent,
        cast(nullif(trim(source.last_percent), '') as integer) as last_percent,
        trim(source.reason) as reason
    from source
)

select * from typed
