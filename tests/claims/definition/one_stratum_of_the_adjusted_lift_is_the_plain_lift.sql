-- With nobody to tell apart, the ratio of Mantel and Haenszel and its interval are those of Katz: of every
-- 2x2 table with less than 12 on a side. The parts are kept to 12 decimals; the tolerance is far above
-- that.
with

digits as (
    {%- for digit in range(1, 12) %}
    select {{ digit }} as whole_number
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

tables as (
    select
        parts.whole_number as part,
        wholes.whole_number as whole,
        other_parts.whole_number as other_part,
        other_wholes.whole_number as other_whole
    from digits as parts
    inner join digits as wholes
        on parts.whole_number < wholes.whole_number
    cross join digits as other_parts
    inner join digits as other_wholes
        on other_parts.whole_number < other_wholes.whole_number
),

{% set cells = ['tables.part', 'tables.whole', 'tables.other_part', 'tables.other_whole'] -%}
summed as (
    select
        tables.part,
        tables.whole,
        tables.other_part,
        tables.other_whole,
        {%- for kind in ['with', 'without', 'variance'] %}
        {%- set term = mantel_haenszel_term(kind, cells[0], cells[1], cells[2], cells[3]) %}
        cast(sum({{ term }}) as {{ type_double() }}) as {{ kind }}_sum,
        {%- endfor %}
        min({{ katz_bound(cells[0], cells[1], cells[2], cells[3], 'low') }}) as katz_low,
        min({{ rate_ratio(cells[0], cells[1], cells[2], cells[3]) }}) as lift
    from tables
    group by tables.part, tables.whole, tables.other_part, tables.other_whole
),

compared as (
    select
        summed.*,
        summed.with_sum / summed.without_sum as adjusted_lift,
        {{ ratio_bound(
            'summed.with_sum / summed.without_sum',
            'summed.variance_sum / (summed.with_sum * summed.without_sum)', 'low'
        ) }} as adjusted_low
    from summed
)

select compared.*
from compared
where
    not coalesce(
        abs(compared.adjusted_lift - compared.lift) < 0.0000005
        and abs(compared.adjusted_low - compared.katz_low) < 0.0000005, false
    )
