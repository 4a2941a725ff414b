{#-
    ratio_bound('sums.ratio', 'sums.variance', 'low') -> the lower bound of a ratio by its logarithm

    exp(ln r -/+ z * sqrt(v)), z = 1.959963984540054, with v the variance of ln r. Null where either is.
-#}
{% macro ratio_bound(ratio, variance, side) -%}
    exp(ln({{ ratio }}) {{ '-' if side == 'low' else '+' }} 1.959963984540054 * sqrt({{ variance }}))
{%- endmacro %}
