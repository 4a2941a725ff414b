-- opening + entries - exits = closing; the first month opens with nobody, and no month is left out.
with

months_in_order as (
    select
        activity.*,
        lag(activity.closing_balance) over (
            partition by activity.dimension, activity.dimension_value, activity.stage
            order by activity.period_month
        ) as closing_before,
        lag(activity.period_month) over (
            partition by activity.dimension, activity.dimension_value, activity.stage
            order by activity.period_month
        ) as month_before
    from {{ ref('mart_funnel_activity') }} as activity
),

steps as (
    select
        months_in_order.*,
        cast({{ dbt.dateadd('month', 1, 'months_in_order.month_before') }} as date) as month_expected
    from months_in_order
),

disagreements as (
    select
        steps.period_month,
        steps.dimension,
        steps.dimension_value,
        steps.stage
    from steps
    where
        steps.opening_balance + steps.entries - steps.exits <> steps.closing_balance
        or steps.opening_balance <> coalesce(steps.closing_before, 0)
        or steps.opening_balance < 0
        or steps.closing_balance < 0
        or steps.period_month <> steps.month_expected
)

select * from disagreements
