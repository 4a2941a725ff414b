-- The month that is not over ends at as-of: its past due are those of the cohorts, of whatever month. And
-- what was missed in some month was missed or is past due.
with

sla as (
    select * from {{ ref('mart_sla') }}
),

as_of as (
    select * from {{ ref('stg_as_of') }}
),

-- the month in which the moment just before as-of lies
last_month as (
    select
        cast(
            {{ dbt.date_trunc('month', dbt.dateadd('second', -1, 'as_of.as_of')) }} as date
        ) as period_month
    from as_of
),

totals as (
    select
        coalesce(sum(sla.past_due), 0) as past_due,
        coalesce(
            sum(case when sla.period_month = last_month.period_month then sla.past_due_at_month_end end), 0
        ) as past_due_at_the_end,
        coalesce(sum(sla.missed + sla.past_due), 0) as too_late,
        coalesce(sum(sla.missed_in_month), 0) as missed_in_months
    from sla
    cross join last_month
),

disagreements as (
    select totals.*
    from totals
    where totals.past_due <> totals.past_due_at_the_end or totals.too_late <> totals.missed_in_months
)

select * from disagreements
