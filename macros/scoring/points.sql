{#- points('ledger.hundredths') -> the points as decimal(18, 2): 12.50 for 1250. Never by way of a float. -#}
{% macro points(hundredths) -%}
    cast({{ hundredths }} * 0.01 as decimal(18, 2))
{%- endmacro %}
