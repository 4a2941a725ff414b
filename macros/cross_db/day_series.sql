{#-
    day_series('bounds') -> a select: day_date, one row per day from bounds.first_day_at to bounds.last_day_at

    `bounds` has one row of two timestamps at midnight. 65,536 days are 179 years: more than any clock here has to run.
-#}
{% macro day_series(bounds) -%}
    select cast(days_numbered.day_at as date) as day_date
    from (
        select
            {{ dbt.dateadd('day', 'cast(series.generated_number as integer) - 1', bounds ~ '.first_day_at') }}
                as day_at,
            {{ bounds }}.last_day_at
        from {{ bounds }}
        cross join ({{ dbt.generate_series(65536) }}) as series
    ) as days_numbered
    where days_numbered.day_at <= days_numbered.last_day_at
{%- endmacro %}
