-- The first: M. W. Fagerland, S. Lydersen, P. Laake, Statistical Methods in Medical Research 24 (2015),
-- 224-254, high against standard dose epinephrine (Perondi 2004). The second: A. Agresti, Categorical Data
-- Analysis (2002), heart attacks under placebo and under aspirin. The others follow from the formula of
-- Katz and others (1978). Half of the last published decimal is the tolerance.
with

published as (
    {%- for part, whole, other_part, other_whole, low, high, low_tolerance, high_tolerance in [
        (1, 34, 7, 34, 0.019, 1.10, 0.0005, 0.005),
        (189, 11034, 104, 11037, 1.43, 2.31, 0.005, 0.005),
        (10, 10, 10, 10, 1.0000, 1.0000, 0.00005, 0.00005),
        (36, 40, 16, 80, 2.8686, 7.0593, 0.00005, 0.00005),
        (16, 80, 36, 40, 0.1417, 0.3486, 0.00005, 0.00005),
    ] %}
    select
        {{ part }} as part,
        {{ whole }} as whole,
        {{ other_part }} as other_part,
        {{ other_whole }} as other_whole,
        {{ low }} as low,
        {{ high }} as high,
        {{ low_tolerance }} as low_tolerance,
        {{ high_tolerance }} as high_tolerance
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

computed as (
    select
        published.part,
        published.whole,
        published.other_part,
        published.other_whole,
        published.low,
        published.high,
        published.low_tolerance,
        published.high_tolerance,
        {%- set cells = [
            'published.part', 'published.whole', 'published.other_part', 'published.other_whole'
        ] %}
        {{ katz_bound(cells[0], cells[1], cells[2], cells[3], 'low') }} as computed_low,
        {{ katz_bound(cells[0], cells[1], cells[2], cells[3], 'high') }} as computed_high
    from published
),

disagreements as (
    select computed.*
    from computed
    where
        computed.computed_low is null
        or computed.computed_high is null
        or abs(computed.computed_low - computed.low) > computed.low_tolerance
        or abs(computed.computed_high - computed.high) > computed.high_tolerance
)

select * from disagreements
