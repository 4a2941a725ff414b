with

mqls as (
    select * from {{ ref('int_mqls') }}
),

as_of as (
    select * from {{ ref('stg_as_of') }}
),

-- a day more at both ends, since it is another day elsewhere
bounds as (
    select
        {{ dbt.dateadd('day', -1, dbt.date_trunc('day', 'min(mqls.mql_at)')) }} as first_day_at,
        {{ dbt.dateadd('day', 1, dbt.date_trunc('day', 'max(as_of.as_of)')) }} as last_day_at
    from mqls
    cross join as_of
),

-- 179 years: longer than any clock here has to run
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
    select cast(days_numbered.day_at as date) as day_date
    from days_numbered
    where days_numbered.day_at <= days_numbered.last_day_at
)

select * from days
