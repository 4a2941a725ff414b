with

entries as (
    select entries.*
    from {{ ref('int_stage_entries') }} as entries
    inner join {{ ref('int_lead_register') }} as leads
        on entries.lead_id = leads.lead_id
    where not leads.is_deleted
),

deals as (
    select * from {{ ref('int_deals') }}
),

-- an mql is one when it was observed; what sales did is told by the first report of it or of something later
conversions as (
    select
        entries.lead_id,
        entries.cycle,
        entries.stage,
        case when entries.stage = 'mql' then entries.observed_at else entries.reached_at end as converted_at
    from entries
    where
        (entries.stage = 'mql' and entries.observed_at is not null)
        or entries.stage in ('sql', 'customer')
),

won as (
    select
        deals.lead_id,
        deals.closed_cycle,
        sum(deals.amount) as won_amount
    from deals
    where deals.is_won
    group by deals.lead_id, deals.closed_cycle
),

conversions_valued as (
    select
        conversions.lead_id,
        conversions.cycle,
        conversions.stage,
        conversions.converted_at,
        cast(won.won_amount as decimal(18, 4)) as won_amount
    from conversions
    left join won
        on
            conversions.stage = 'customer'
            and conversions.lead_id = won.lead_id
            and conversions.cycle = won.closed_cycle
)

select * from conversions_valued
