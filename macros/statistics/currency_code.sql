{#- currency_code('ad_spend.currency') -> 'EUR' for ' eur ', null for a blank. -#}
{% macro currency_code(currency) -%}
    nullif(upper(trim({{ currency }})), '')
{%- endmacro %}
