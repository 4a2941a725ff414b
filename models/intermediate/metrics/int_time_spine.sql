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

days as (
    {{ day_series('bounds') | indent(4) }}
),

spine as (
    select days.day_date as date_day
    from days
)

select * from spine
