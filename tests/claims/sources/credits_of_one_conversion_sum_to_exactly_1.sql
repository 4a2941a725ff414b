-- To the last digit, by every model, of those whom this run recomputed; and what they share of the money sums
-- to what was won.
with

sums as (
    select
        credits.attribution_model,
        credits.lead_id,
        credits.cycle,
        credits.stage,
        sum(credits.credit) as credit,
        sum(credits.credited_amount) as credited_amount,
        min(credits.credit) as least_credit
    from {{ ref('int_attribution_credits') }} as credits
    where credits.lead_id in (select touched.lead_id from {{ ref('int_touched_leads') }} as touched)
    group by credits.attribution_model, credits.lead_id, credits.cycle, credits.stage
),

won as (
    select
        deals.lead_id,
        deals.closed_cycle,
        sum(deals.amount) as won_amount
    from {{ ref('int_deals') }} as deals
    where deals.is_won
    group by deals.lead_id, deals.closed_cycle
),

disagreements as (
    select
        conversions.lead_id,
        conversions.cycle,
        conversions.stage,
        attribution_models.attribution_model,
        sums.credit
    from {{ ref('int_attributed_conversions') }} as conversions
    cross join {{ ref('stg_attribution_models') }} as attribution_models
    left join sums
        on
            conversions.lead_id = sums.lead_id
            and conversions.cycle = sums.cycle
            and conversions.stage = sums.stage
            and attribution_models.attribution_model = sums.attribution_model
    left join won
        on
            conversions.stage = 'customer'
            and conversions.lead_id = won.lead_id
            and conversions.cycle = won.closed_cycle
    where
        conversions.lead_id in (select touched.lead_id from {{ ref('int_touched_leads') }} as touched)
        and (
            sums.credit is null
            or sums.credit <> 1
            or sums.least_credit < 0
            or coalesce(sums.credited_amount, -1) <> coalesce(won.won_amount, -1)
        )
)

select * from disagreements
