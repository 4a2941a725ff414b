-- And the row of all, drawn to itself, stays where it is.
with

quality as (
    select * from {{ ref('mart_lead_source_quality') }}
),

in_order as (
    {%- for measure in ['mql_to_sql', 'lead_to_customer'] %}
    select
        '{{ measure }}' as measure,
        quality.level,
        quality.{{ measure }}_rate as bare_rate,
        quality.{{ measure }}_shrunk as shrunk,
        quality.{{ measure }}_rank as place,
        lag(quality.{{ measure }}_shrunk) over (
            partition by quality.level
            order by coalesce(quality.{{ measure }}_rank, 2147483647)
        ) as shrunk_before
    from quality
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

broken as (
    select in_order.*
    from in_order
    where
        (in_order.shrunk is null) <> (in_order.place is null)
        or (in_order.bare_rate is null) <> (in_order.shrunk is null)
        or in_order.shrunk > in_order.shrunk_before
        or in_order.shrunk < 0
        or in_order.shrunk > 1
        or (in_order.level = 'all' and abs(in_order.shrunk - in_order.bare_rate) > 1e-15)
)

select * from broken
