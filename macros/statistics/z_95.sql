{#- z_95() -> 1.959963984540054, the standard normal quantile that leaves 2.5 % on either side. -#}
{% macro z_95() -%}
    1.959963984540054
{%- endmacro %}
