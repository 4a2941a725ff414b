{#-
    clamp('sums.balance', 'limits.lowest', 'limits.highest') -> the balance held within the limits

    A blank limit does not bind.
-#}
{% macro clamp(balance, lowest, highest) -%}
    least(greatest({{ balance }}, coalesce({{ lowest }}, {{ balance }})), coalesce({{ highest }}, {{ balance }}))
{%- endmacro %}
