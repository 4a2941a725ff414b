with

days as (
    select * from {{ ref('int_days') }}
),

working_hours as (
    select * from {{ ref('stg_working_hours') }}
),

holidays as (
    select * from {{ ref('stg_holidays') }}
),

-- 1900-01-01 was a Monday
weekdays as (
    select
        cast(days.day_date as {{ dbt.type_timestamp() }}) as day_at,
        mod({{ dbt.datediff("cast('1900-01-01' as date)", 'days.day_date', 'day') }}, 7) + 1 as weekday_number
    from days
    left join holidays
        on days.day_date = holidays.holiday_date
    where holidays.holiday_date is null
),

local_shifts as (
    select
        {{ dbt.dateadd('minute', 'working_hours.opens_minute', 'weekdays.day_at') }} as opens_local,
        {{ dbt.dateadd('minute', 'working_hours.closes_minute', 'weekdays.day_at') }} as closes_local,
        working_hours.time_zone
    from weekdays
    inner join working_hours
        on weekdays.weekday_number = working_hours.weekday_number
),

-- each end is set on the wall's clock, so that a clock change inside makes the shift shorter or longer
utc_shifts as (
    select
        {{ local_to_utc('local_shifts.opens_local', 'local_shifts.time_zone') }} as opens_at,
        {{ local_to_utc('local_shifts.closes_local', 'local_shifts.time_zone') }} as closes_at
    from local_shifts
),

shifts_measured as (
    select
        utc_shifts.opens_at,
        utc_shifts.closes_at,
        lead(utc_shifts.opens_at) over (order by utc_shifts.opens_at) as next_opens_at,
        {{ dbt.datediff('utc_shifts.opens_at', 'utc_shifts.closes_at', 'second') }}
            as shift_seconds
    from utc_shifts
    where utc_shifts.opens_at < utc_shifts.closes_at
),

shifts as (
    select
        shifts_measured.opens_at,
        shifts_measured.closes_at,
        shifts_measured.next_opens_at,
        cast(
            sum(shifts_measured.shift_seconds) over (
                order by shifts_measured.opens_at
                rows between unbounded preceding and current row
            ) - shifts_measured.shift_seconds as bigint
        ) as seconds_before
    from shifts_measured
)

select * from shifts
