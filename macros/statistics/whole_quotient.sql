{#-
    whole_quotient('weights.weight * 100', 'weights.path_weight') -> bigint: 33 for 100 / 3

    Of whole numbers, both positive or zero, rounded down. Engines divide each its own way; what divides without
    a rest comes out the same everywhere.
-#}
{% macro whole_quotient(dividend, divisor) -%}
    cast((({{ dividend }}) - mod({{ dividend }}, {{ divisor }})) / ({{ divisor }}) as bigint)
{%- endmacro %}
