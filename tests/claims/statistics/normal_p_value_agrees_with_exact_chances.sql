-- Exact two-sided chances of a standard normal, in full precision; the fit promises 1.2e-7 of each.
with

exact as (
    {%- for z, p in [
        (0, 1.0),
        (0.1, 0.920344325445942),
        (0.5, 0.6170750774519738),
        (1, 0.31731050786291415),
        (1.6448536269514722, 0.10000000000000014),
        (1.959963984540054, 0.05000000000000004),
        (2.5758293035489004, 0.01000000000000002),
        (3.5, 0.0004652581580710501),
        (6, 1.9731752900754024e-09),
        (12, 3.552964224155404e-33),
        (30, 9.813427854297528e-198),
        ('null', 'null'),
        (40, 0),
    ] %}
    select
        cast({{ z }} as {{ type_double() }}) as z,
        cast({{ p }} as {{ type_double() }}) as p
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

computed as (
    select
        exact.z,
        exact.p,
        {{ normal_p_value('exact.z') }} as computed_p,
        {{ normal_p_value('-exact.z') }} as computed_of_negative
    from exact
),

disagreements as (
    select computed.*
    from computed
    where
        (computed.z is null and computed.computed_p is not null)
        or (
            computed.z is not null
            and not coalesce(
                abs(computed.computed_p - computed.p) <= 0.00000012 * computed.p
                and computed.computed_p = computed.computed_of_negative
                and computed.computed_p <= 1,
                false
            )
        )
)

select * from disagreements
