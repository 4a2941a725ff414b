with

leads as (
    select * from {{ ref('dim_leads') }}
),

ad_spend as (
    select * from {{ ref('fct_ad_spend') }}
),

as_of as (
    select * from {{ ref('stg_as_of') }}
),

firsts as (
    select min({{ dbt.date_trunc('day', 'leads.created_at') }}) as first_at
    from leads
    union all
    select min({{ dbt.date_trunc('day', 'ad_spend.spend_date') }}) as first_at
    from ad_spend
),

-- from the first month anything happened in to the day asked about; that day alone where nothing did
bounds as (
    select
        coalesce({{ dbt.date_trunc('month', 'min(firsts.first_at)') }}, max(as_of.as_of)) as first_day_at,
        max(as_of.as_of) as last_day_at
    from firsts
    cross join as_of
),

-- 179 years
numbers as (
    select cast(series.generated_number as integer) - 1 as days_after_first
    from ({{ dbt.generate_series(65536) }}) as series
),

days_numbered as (
    select
        {{ dbt.dateadd('day', 'numbers.days_after_first', 'bounds.first_day_at') }} as day_at,
        bounds.last_day_at
    from bounds
    cross join numbers
),

days as (
    select cast(days_numbered.day_at as date) as date_day
    from days_numbered
    where days_numbered.day_at <= days_numbered.last_day_at
)

select * from days
