{#-
    sum(mantel_haenszel_term('with', 'strata.customers_with', 'strata.leads_with',
        'strata.customers_without', 'strata.leads_without'))

    One stratum's part of a ratio of two rates within strata: `with` and `without` sum to R and S, and R / S is the
    ratio (N. Mantel, W. Haenszel, 1959); `variance` sums to P, and P / (R * S) is the variance of its logarithm
    (S. Greenland, J. M. Robins, Biometrics 41 (1985), 55-68). In decimals, so that no order of summing moves a figure;
    0 for a stratum with one side only, as nobody is compared there.
-#}
{% macro mantel_haenszel_term(kind, part, whole, other_part, other_whole) -%}
    {%- set a, m, b, n = [
        'cast(' ~ part ~ ' as ' ~ type_double() ~ ')',
        'cast(' ~ whole ~ ' as ' ~ type_double() ~ ')',
        'cast(' ~ other_part ~ ' as ' ~ type_double() ~ ')',
        'cast(' ~ other_whole ~ ' as ' ~ type_double() ~ ')',
    ] -%}
    {%- set t = '(' ~ m ~ ' + ' ~ n ~ ')' -%}
    case when {{ whole }} > 0 and {{ other_whole }} > 0 then
        cast(
            {%- if kind == 'with' %}
            {{ a }} * {{ n }} / {{ t }}
            {%- elif kind == 'without' %}
            {{ b }} * {{ m }} / {{ t }}
            {%- else %}
            ({{ m }} * {{ n }} * ({{ a }} + {{ b }}) - {{ a }} * {{ b }} * {{ t }}) / ({{ t }} * {{ t }})
            {%- endif %} as decimal(28, 12)
        )
        else 0
    end
{%- endmacro %}
