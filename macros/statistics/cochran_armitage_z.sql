{#-
    cochran_armitage_z('n', 'k', 'n_x', 'n_xx', 'k_x') -> z of the trend of k of n over the scores x; null without one

    Of ordered groups of n with k successes and score x: the sums of n, k, n * x, n * x * x and k * x. Cochran (1954),
    Armitage (1955), with the variance under no trend. Whole sums keep it exact up to the last quotient. It is null
    where nothing can trend: no success, no failure, or one group only.
-#}
{% macro cochran_armitage_z(trials, successes, trials_x, trials_xx, successes_x) -%}
    {%- set n = 'cast(' ~ trials ~ ' as ' ~ type_double() ~ ')' -%}
    {%- set spread = '(' ~ trials ~ ' * ' ~ trials_xx ~ ' - ' ~ trials_x ~ ' * ' ~ trials_x ~ ')' -%}
    {%- set failures = '(' ~ trials ~ ' - ' ~ successes ~ ')' -%}
    case when {{ successes }} > 0 and {{ failures }} > 0 and {{ spread }} > 0 then
        cast({{ trials }} * {{ successes_x }} - {{ successes }} * {{ trials_x }} as {{ type_double() }})
        / sqrt(cast({{ successes }} as {{ type_double() }}) * {{ failures }} / {{ n }} * {{ spread }})
    end
{%- endmacro %}
