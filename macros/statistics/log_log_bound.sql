{#-
    log_log_bound('survival', 'log_survival_variance', 'low') -> lower bound of 1 - survival

    Pointwise 95 % interval of a Kaplan-Meier curve, from Greenwood's variance on the scale of ln(-ln survival)
    (J. D. Kalbfleisch & R. L. Prentice, The Statistical Analysis of Failure Time Data, 1980), which keeps it within
    0 and 1. Null where survival is 1 or 0: with no conversion yet, or nobody left, that variance says nothing.
-#}
{% macro log_log_bound(survival, log_survival_variance, side) -%}
    {%- set s = 'cast(' ~ survival ~ ' as ' ~ type_double() ~ ')' -%}
    {%- set width = z_95() ~ ' * sqrt(' ~ log_survival_variance ~ ') / ln(' ~ s ~ ')' -%}
    case when {{ survival }} > 0 and {{ survival }} < 1 then
        {%- if side == 'low' %}
        least(1 - {{ s }}, 1 - power({{ s }}, exp({{ width }})))
        {%- else %}
        greatest(1 - {{ s }}, 1 - power({{ s }}, exp(-({{ width }}))))
        {%- endif %}
    end
{%- endmacro %}
