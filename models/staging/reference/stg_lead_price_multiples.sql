with

source as (
    select * from {{ ref('lead_price_multiples') }}
),

typed as (
    select
        lower(trim(source.bound)) as bound,
        cast(trim(source.multiple) as decimal(9, 2)) as multiple,
        trim(source.reason) as reason
    from source
)

select * from typed
