{#- step_below('scores.hundredths', 1000) -> the whole multiple of 1000 at or below it: 3000 for 3999. From 0 up. -#}
{% macro step_below(expression, step) -%}
    {{ expression }} - mod({{ expression }}, {{ step }})
{%- endmacro %}
