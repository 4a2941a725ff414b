-- To the last digit, by every model; and what they share of the money sums to what was won.
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
    group by credits.attribution_model, credits.lead_id, credits.cycle, credits.stage
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
    where
        sums.credit is null
        or sums.credit <> 1
        or sums.least_credit < 0
        or coalesce(sums.credited_amount, -1) <> coalesce(conversions.won_amount, -1)
)

select * from disagreements
