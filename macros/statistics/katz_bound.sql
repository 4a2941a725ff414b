{#-
    katz_bound('customers_with', 'leads_with', 'customers_without', 'leads_without', 'low')
        -> the lower bound of the ratio of two rates; null where either counts nobody

    The log method for the ratio of two proportions (D. Katz, J. Baptista, S. P. Azen, M. C. Pike, Biometrics 34
    (1978), 469-474), z = 1.959963984540054: exp(ln r -/+ z * sqrt(1/a - 1/m + 1/b - 1/n)). A logarithm of nothing is
    not an interval: no correction is added, a zero on either side gives null.
-#}
{% macro katz_bound(part, whole, other_part, other_whole, side) -%}
    {%- set a, m, b, n = [
        'cast(' ~ part ~ ' as ' ~ type_double() ~ ')',
        'cast(' ~ whole ~ ' as ' ~ type_double() ~ ')',
        'cast(' ~ other_part ~ ' as ' ~ type_double() ~ ')',
        'cast(' ~ other_whole ~ ' as ' ~ type_double() ~ ')',
    ] -%}
    {%- set ratio = a ~ ' * ' ~ n ~ ' / (' ~ m ~ ' * ' ~ b ~ ')' -%}
    {%- set variance = '(' ~ m ~ ' - ' ~ a ~ ') / (' ~ a ~ ' * ' ~ m ~ ') + ('
        ~ n ~ ' - ' ~ b ~ ') / (' ~ b ~ ' * ' ~ n ~ ')' -%}
    case when {{ part }} > 0 and {{ other_part }} > 0 and {{ whole }} > 0 and {{ other_whole }} > 0
        then {{ ratio_bound(ratio, variance, side) }}
    end
{%- endmacro %}
