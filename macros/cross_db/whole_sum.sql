{#- whole_sum('credits.points') -> sum of whole numbers as bigint; engines widen a sum each its own way. -#}
{% macro whole_sum(expression) -%}
    cast(sum({{ expression }}) as bigint)
{%- endmacro %}
