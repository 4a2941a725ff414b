with

opportunities as (
    select * from {{ ref('stg_opportunities') }}
),

register as (
    select * from {{ ref('int_lead_register') }}
),

as_of as (
    select * from {{ ref('stg_as_of') }}
),

opportunities_seen as (
    select
        opportunities.*,
        coalesce(
            opportunities.is_won is not null and opportunities.closed_at <= as_of.as_of, false
        ) as is_closed
    from opportunities
    cross join as_of
    where opportunities.created_at <= as_of.as_of
),

-- a closed delivery stands before an open one, a win before a loss, then the earliest
deliveries_ranked as (
    select
        opportunities_seen.*,
        row_number() over (
            partition by opportunities_seen.opportunity_id
            order by
                case
                    when opportunities_seen.is_closed then 0
                    when opportunities_seen.is_won is null or opportunities_seen.closed_at is null then 1
                    else 2
                end,
                case when opportunities_seen.is_closed and opportunities_seen.is_won then 0 else 1 end,
                case when opportunities_seen.is_closed then opportunities_seen.closed_at end nulls last,
                {{ content_order('opportunities', 'opportunities_seen', except=['opportunity_id']) }}
        ) as delivery_rank
    from opportunities_seen
),

standing as (
    select
        deliveries_ranked.lead_id,
        deliveries_ranked.opportunity_id,
        deliveries_ranked.created_at,
        deliveries_ranked.amount,
        deliveries_ranked.currency,
        deliveries_ranked.is_closed,
        case when deliveries_ranked.is_closed then deliveries_ranked.closed_at end as closed_at,
        deliveries_ranked.is_closed and deliveries_ranked.is_won as is_won
    from deliveries_ranked
    inner join register
        on deliveries_ranked.lead_id = register.lead_id
    where deliveries_ranked.delivery_rank = 1
)

select * from standing
