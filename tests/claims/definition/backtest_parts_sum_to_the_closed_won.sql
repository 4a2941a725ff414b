-- Every lead that became a customer was met before, late or never, under every definition and in one month.
with

backtest as (
    select * from {{ ref('mart_definition_backtest') }}
),

customers as (
    select count(distinct entries.lead_id) as won
    from {{ ref('int_stage_entries') }} as entries
    inner join {{ ref('dim_leads') }} as leads
        on entries.lead_id = leads.lead_id
    where
        entries.stage = 'customer'
        and not {{ is_before_tracking('leads.created_at', var('tracking_started_at')) }}
),

months as (
    select
        backtest.definition_id,
        sum(backtest.won) as won,
        sum(backtest.met_before) as met_before,
        sum(backtest.met_late) as met_late
    from backtest
    where backtest.won_month is not null
    group by backtest.definition_id
),

disagreements as (
    select
        backtest.definition_id,
        backtest.won_month
    from backtest
    cross join customers
    left join months
        on backtest.definition_id = months.definition_id
    where
        backtest.met_before + backtest.met_late + backtest.never_met <> backtest.won
        or backtest.met_before_sales > backtest.met_before
        or (
            backtest.won_month is null
            and (
                backtest.won <> customers.won
                or backtest.won <> coalesce(months.won, 0)
                or backtest.met_before <> coalesce(months.met_before, 0)
                or backtest.met_late <> coalesce(months.met_late, 0)
                or backtest.not_won is null
            )
        )
)

select * from disagreements
