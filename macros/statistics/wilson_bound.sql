{#-
    wilson_bound('converted', 'entered', 'low') -> the lower bound of the rate, null where entered is 0 or converted is unknown

    Wilson's 95 % score interval (E. B. Wilson, 1927), z = 1.959963984540054:
    (p + z^2/2n -/+ z * sqrt(p(1-p)/n + z^2/4n^2)) / (1 + z^2/n), held within 0 and 1 and around p itself.
-#}
{% macro wilson_bound(successes, trials, side) -%}
    {%- set z = z_95() -%}
    {%- set n = 'cast(' ~ trials ~ ' as ' ~ type_double() ~ ')' -%}
    {%- set k = 'cast(' ~ successes ~ ' as ' ~ type_double() ~ ')' -%}
    {%- set zz = 'cast(3.8414588206941236 as ' ~ type_double() ~ ')' -%}
    {#- least() and greatest() pass over a null on some warehouses -#}
    case when {{ trials }} > 0 and {{ successes }} is not null then
        {%- if side == 'low' %}
        greatest(0.0, least({{ k }} / {{ n }},
            ({{ k }} + {{ zz }} / 2 - {{ z }} * sqrt({{ k }} * ({{ n }} - {{ k }}) / {{ n }} + {{ zz }} / 4))
            / ({{ n }} + {{ zz }})))
        {%- else %}
        least(1.0, greatest({{ k }} / {{ n }},
            ({{ k }} + {{ zz }} / 2 + {{ z }} * sqrt({{ k }} * ({{ n }} - {{ k }}) / {{ n }} + {{ zz }} / 4))
            / ({{ n }} + {{ zz }})))
        {%- endif %}
    end
{%- endmacro %}
