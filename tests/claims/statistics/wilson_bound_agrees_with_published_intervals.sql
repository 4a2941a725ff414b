-- The first four: R. G. Newcombe, Statistics in Medicine 17 (1998), 857-872, table I, method 3 (score without
-- continuity correction). The others follow from E. B. Wilson's formula (1927). All are published to 4
-- decimals, so half of the last one is the tolerance. Nobody asked, or nobody knows who said yes: no bounds.
with

published as (
    {%- for successes, trials, low, high in [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
        (0, 10, 0.0000, 0.2775),
        (1, 10, 0.0179, 0.4042),
        (5, 10, 0.2366, 0.7634),
        (10, 10, 0.7225, 1.0000),
        (0, 0, 'null', 'null'),
        ('null', 10, 'null', 'null'),
        (10, 'null', 'null', 'null'),
    ] %}
    select
        cast({{ successes }} as {{ dbt.type_bigint() }}) as successes,
        cast({{ trials }} as {{ dbt.type_bigint() }}) as trials,
        cast({{ low }} as {{ type_double() }}) as low,
        cast({{ high }} as {{ type_double() }}) as high
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

computed as (
    select
        published.successes,
        published.trials,
        published.low,
        published.high,
        {{ wilson_bound('published.successes', 'published.trials', 'low') }} as computed_low,
        {{ wilson_bound('published.successes', 'published.trials', 'high') }} as computed_high
    from published
),

disagreements as (
    select computed.*
    from computed
    where
        (computed.low is null and (computed.computed_low is not null or computed.computed_high is not null))
        or (
            computed.low is not null
            and not coalesce(
                abs(computed.computed_low - computed.low) <= 0.00005
                and abs(computed.computed_high - computed.high) <= 0.00005,
                false
            )
        )
)

select * from disagreements
