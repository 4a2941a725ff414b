{#-
    type_exact(38, 20) -> decimal(38, 20): a fraction kept to so many digits, so that its sum depends on no order

    BigQuery's decimal ends at nine digits after the point.
-#}
{% macro type_exact(precision, scale) -%}
    {{ return(adapter.dispatch('type_exact', 'handoff')(precision, scale)) }}
{%- endmacro %}

{% macro default__type_exact(precision, scale) %}{{ return('decimal(' ~ precision ~ ', ' ~ scale ~ ')') }}{% endmacro %}

{% macro bigquery__type_exact(precision, scale) %}{{ return('bignumeric(' ~ precision ~ ', ' ~ scale ~ ')') }}{% endmacro %}
