{#-
    normal_p_value('trends.z') -> chance of a standard normal at least that far from 0, on either side; null for null

    erfc(|z| / sqrt(2)) by the fit of W. H. Press et al., Numerical Recipes, 2nd ed. (1992), section 6.2 (erfcc), whose
    relative error is below 1.2e-7 everywhere. No warehouse but one has erfc of its own.
-#}
{% macro normal_p_value(z) -%}
    {%- set x = '(abs(' ~ z ~ ') * 0.7071067811865476)' -%}
    {%- set t = '(1.0 / (1.0 + 0.5 * ' ~ x ~ '))' -%}
    {%- set terms = [
        '0.17087277', '-0.82215223', '1.48851587', '-1.13520398', '0.27886807',
        '-0.18628806', '0.09678418', '0.37409196', '1.00002368', '-1.26551223',
    ] -%}
    {%- set sum = namespace(text=terms[0]) -%}
    {%- for term in terms[1:] -%}
        {%- set sum.text = '(' ~ term ~ ' + ' ~ t ~ ' * ' ~ sum.text ~ ')' -%}
    {%- endfor -%}
    {#- beyond 37 the chance is below what a double holds, and exp() may refuse instead of giving 0 -#}
    case
        when abs({{ z }}) > 37 then cast(0 as {{ type_double() }})
        -- least() passes over a null on some warehouses
        when {{ z }} is not null then
            least(cast(1 as {{ type_double() }}), {{ t }} * exp({{ sum.text }} - {{ x }} * {{ x }}))
    end
{%- endmacro %}
