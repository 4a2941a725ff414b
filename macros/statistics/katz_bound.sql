{#-
    katz_bound('customers_with', 'leads_with', 'customers_without', 'leads_without', 'low')
        -> the lower bound of the ratio of two rates; null where either counts nobody

    The log method for the ratio of two proportions (D. Katz, J. Baptista, S. P. Azen, M. C. Pike, Biometrics 34
    (1978), 469-474), z = 1.959963984540054: exp(ln r -/+ z * sqrt(1/a - 1/m + 1/b - 1/n)). A logarithm of nothing is
    not an interval: no correction is added, a zero on either side gives null.
-#}
{% macro katz_bound(part, whole, other_part, other_whole, side) -%}
    {%- set a, m, b, n = [part, whole, other_part, other_whole] | map('string') | list -%}
    {%- set double = {
        'a': 'cast(' ~ a ~ ' as ' ~ type_double() ~ ')',
        'm': 'cast(' ~ m ~ ' as ' ~ type_double() ~ ')',
        'b': 'cast(' ~ b ~ ' as ' ~ type_double() ~ ')',
        'n': 'cast(' ~ n ~ ' as ' ~ type_double() ~ ')',
    } -%}
    case when {{ a }} > 0 and {{ b }} > 0 and {{ m }} > 0 and {{ n }} > 0 then
        exp(
            ln({{ double.a }} * {{ double.n }} / ({{ double.m }} * {{ double.b }}))
            {{ '-' if side == 'low' else '+' }} 1.959963984540054 * sqrt(
                ({{ double.m }} - {{ double.a }}) / ({{ double.a }} * {{ double.m }})
                + ({{ double.n }} - {{ double.b }}) / ({{ double.b }} * {{ double.n }})
            )
        )
    end
{%- endmacro %}
