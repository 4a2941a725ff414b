{#-
    clamp('sums.balance', 'limits.lowest', 'limits.highest') -> the balance held within the limits

    A blank limit does not bind.
-#}
{% macro clamp(balance, lowest, highest) -%}
    case
        when {{ balance }} < {{ lowest }} then {{ lowest }}
        when {{ balance }} > {{ highest }} then {{ highest }}
        else {{ balance }}
    end
{%- endmacro %}
