with

opportunities as (
    select * from {{ ref('int_opportunities') }}
),

leads as (
    select *
    from {{ ref('int_lead_register') }} as leads
    where not leads.is_deleted
),

entries as (
    select * from {{ ref('int_stage_entries') }}
),

reporting_currency as (
    select * from {{ ref('int_reporting_currency') }}
),

cycles as (
    select
        entries.lead_id,
        entries.cycle,
        max(entries.cycle_ended_at) as ended_at
    from entries
    group by entries.lead_id, entries.cycle
),

-- a cycle holds the moment at which it ends, and what came before the lead counts as at its creation
deals_dated as (
    select
        opportunities.opportunity_id,
        opportunities.lead_id,
        greatest(opportunities.created_at, leads.created_at) as opened_at,
        greatest(opportunities.closed_at, leads.created_at) as closed_at,
        opportunities.is_closed,
        opportunities.is_won,
        case
            when
                {{ in_reporting_currency('opportunities.currency') | indent(16) }}
                then opportunities.amount
        end as amount
    from opportunities
    inner join leads
        on opportunities.lead_id = leads.lead_id
    cross join reporting_currency
),

deals as (
    select
        deals_dated.opportunity_id,
        deals_dated.lead_id,
        deals_dated.opened_at,
        case when deals_dated.is_closed then deals_dated.closed_at end as closed_at,
        deals_dated.is_won,
        deals_dated.amount,
        min(
            case
                when cycles.ended_at is null or deals_dated.opened_at <= cycles.ended_at then cycles.cycle
            end
        ) as opened_cycle,
        min(
            case
                when
                    deals_dated.is_closed
                    and (cycles.ended_at is null or deals_dated.closed_at <= cycles.ended_at)
                    then cycles.cycle
            end
        ) as closed_cycle
    from deals_dated
    left join cycles
        on deals_dated.lead_id = cycles.lead_id
    group by
        deals_dated.opportunity_id, deals_dated.lead_id, deals_dated.opened_at, deals_dated.closed_at,
        deals_dated.is_closed, deals_dated.is_won, deals_dated.amount
)

select * from deals
