{{ config(materialized='view', tags=['stands']) }}

with

shares as (
    select * from {{ ref('int_attribution_shares') }}
),

deals as (
    select * from {{ ref('int_deals') }}
),

won as (
    select
        deals.lead_id,
        deals.closed_cycle,
        cast(sum(deals.amount) as decimal(18, 4)) as won_amount
    from deals
    where deals.is_won
    group by deals.lead_id, deals.closed_cycle
),

-- only a customer brings something; of all else there is nothing to share out
customer_shares as (
    select
        shares.*,
        won.won_amount,
        case
            when not shares.is_last
                then cast(
                    cast(won.won_amount as decimal(28, 4)) * cast(shares.credit as decimal(10, 9))
                    as decimal(18, 4)
                )
        end as earlier_amount
    from shares
    left join won
        on
            shares.lead_id = won.lead_id
            and shares.cycle = won.closed_cycle
    where shares.stage = 'customer'
),

credits as (
    select
        customer_shares.attribution_model,
        customer_shares.lead_id,
        customer_shares.cycle,
        customer_shares.stage,
        customer_shares.converted_at,
        customer_shares.touch_number,
        customer_shares.channel,
        customer_shares.campaign,
        customer_shares.credit,
        case
            when customer_shares.is_last
                then cast(
                    customer_shares.won_amount
                    - coalesce(
                        sum(customer_shares.earlier_amount) over (
                            partition by
                                customer_shares.lead_id, customer_shares.cycle,
                                customer_shares.attribution_model
                        ),
                        0
                    )
                    as decimal(18, 4)
                )
            else customer_shares.earlier_amount
        end as credited_amount
    from customer_shares
    union all
    select
        other_shares.attribution_model,
        other_shares.lead_id,
        other_shares.cycle,
        other_shares.stage,
        other_shares.converted_at,
        other_shares.touch_number,
        other_shares.channel,
        other_shares.campaign,
        other_shares.credit,
        cast(null as decimal(18, 4)) as credited_amount
    from {{ ref('int_attribution_shares') }} as other_shares
    where other_shares.stage <> 'customer'
)

select * from credits
