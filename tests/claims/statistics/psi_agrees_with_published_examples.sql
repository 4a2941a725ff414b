-- Incomes of two years, low, middle and high: 40, 30, 30 % before, 35, 25, 40 % after, by the formula 0.0446
-- (the worked example of GeeksforGeeks, Population Stability Index, 2025). The limits are tables of chi
-- square, 95 %, times 1/n + 1/n: the quantile of Wilson and Hilferty is 2.5 % too low at one degree of
-- freedom, 0.5 % at three, and 0.3 % at most from five on.
with

incomes as (
    {%- for case_name, leads, reference_leads in [
        ('published', 35, 40), ('published', 25, 30), ('published', 40, 30),
        ('turned round', 40, 35), ('turned round', 30, 25), ('turned round', 30, 40),
        ('itself', 20, 40), ('itself', 30, 60),
        ('empty on both sides', 50, 100), ('empty on both sides', 0, 0),
        ('empty before', 50, 100), ('empty before', 50, 0),
    ] %}
    select
        '{{ case_name }}' as case_name,
        {{ leads }} as leads,
        {{ reference_leads }} as reference_leads
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

totals as (
    select
        incomes.case_name,
        {{ whole_sum('incomes.leads') }} as leads,
        {{ whole_sum('incomes.reference_leads') }} as reference_leads
    from incomes
    group by incomes.case_name
),

computed as (
    select
        totals.case_name,
        sum({{ psi_term(
            'incomes.leads', 'totals.leads', 'incomes.reference_leads', 'totals.reference_leads'
        ) }}) as psi
    from incomes
    inner join totals
        on incomes.case_name = totals.case_name
    group by totals.case_name
),

expected as (
    -- half of one in 100 against 50 of 100: -0.5 * ln 0.5 + 0.495 * ln 100
    {%- for case_name, psi in [
        ('published', 0.044561), ('turned round', 0.044561), ('itself', 0), ('empty on both sides', 0),
        ('empty before', 2.626133),
    ] %}
    select
        '{{ case_name }}' as case_name,
        {{ psi }} as psi
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

limits as (
    {%- for bins, quantile, tolerance in [
        (1, 0, 0), (2, 3.841, 0.1), (4, 7.815, 0.05), (6, 11.070, 0.03), (10, 16.919, 0.02), (20, 30.144, 0.02)
    ] %}
    select
        {{ bins }} as bins,
        {{ quantile }} as quantile,
        {{ tolerance }} as tolerance
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

limits_computed as (
    select
        limits.*,
        {{ psi_chance_limit('limits.bins', '200', '200', 'false') }} * 100 as computed
    from limits
),

disagreements as (
    select
        expected.case_name,
        expected.psi as expected,
        cast(computed.psi as {{ type_double() }}) as computed
    from expected
    left join computed
        on expected.case_name = computed.case_name
    where not coalesce(abs(computed.psi - expected.psi) <= 0.000001, false)
    union all
    select
        'limit' as case_name,
        limits_computed.quantile as expected,
        limits_computed.computed
    from limits_computed
    where
        not coalesce(
            abs(limits_computed.computed - limits_computed.quantile) <= limits_computed.tolerance, false
        )
)

select * from disagreements
