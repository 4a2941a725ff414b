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

days as (
    {{ day_series('bounds') | indent(4) }}
)

select * from days
