with

deals as (
    select * from {{ ref('int_deals') }}
),

revenue as (
    select
        deals.lead_id,
        sum(deals.amount) as revenue
    from deals
    where deals.is_won
    group by deals.lead_id
)

select * from revenue
