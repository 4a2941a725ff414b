{#-
    step_below('scores.hundredths', 1000) -> the whole multiple of 1000 at or below it: 3000 for 3999, -1000 for -1

    What is left of a number below nought is below nought too: it is brought up by a step first.
-#}
{% macro step_below(expression, step) -%}
    {{ expression }} - mod(mod({{ expression }}, {{ step }}) + {{ step }}, {{ step }})
{%- endmacro %}
