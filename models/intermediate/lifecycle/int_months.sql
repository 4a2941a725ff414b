with

stays as (
    select * from {{ ref('int_stage_stays') }}
),

as_of as (
    select * from {{ ref('stg_as_of') }}
),

bounds as (
    select
        {{ dbt.date_trunc('month', 'min(stays.entered_at)') }} as first_month_at,
        max(as_of.as_of) as as_of
    from stays
    cross join as_of
),

-- 341 years: older than any CRM
numbers as (
    select cast(series.generated_number as integer) - 1 as months_after_first
    from ({{ dbt.generate_series(4096) }}) as series
),

months_numbered as (
    select
        {{ dbt.dateadd('month', 'numbers.months_after_first', 'bounds.first_month_at') }} as starts_at,
        {{ dbt.dateadd('month', 'numbers.months_after_first + 1', 'bounds.first_month_at') }} as ends_at,
        bounds.as_of
    from bounds
    cross join numbers
),

months as (
    select
        cast(months_numbered.starts_at as date) as month_date,
        months_numbered.ends_at > months_numbered.as_of as is_partial_month
    from months_numbered
    where months_numbered.starts_at <= months_numbered.as_of
)

select * from months
