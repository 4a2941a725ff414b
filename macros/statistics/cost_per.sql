{#-
    cost_per('totals.spend', 'totals.leads') -> decimal(18, 2), rounded half up; null without either

    In whole hundredths throughout: a quotient of floats would round a tie one way here and another there.
-#}
{% macro cost_per(spend, units) -%}
    {%- set doubled = '(2 * cast(' ~ spend ~ ' * 100 as bigint) + ' ~ units ~ ')' -%}
    case when {{ units }} > 0 then
        cast(
            cast(({{ doubled }} - mod({{ doubled }}, 2 * {{ units }})) / (2 * {{ units }}) as bigint) * 0.01
            as decimal(18, 2)
        )
    end
{%- endmacro %}
