{#-
    try_decimal('fit_rules.value') -> the text as decimal(38, 18), null where it is not a plain number

    Plain means `[+-]digits[.digits]`: no exponent, no thousands separator, no NaN.
-#}
{% macro try_decimal(text) %}{{ return(adapter.dispatch('try_decimal', 'handoff')(text)) }}{% endmacro %}

{% macro default__try_decimal(text) -%}
    case when regexp_like({{ text }}, '^[+-]?[0-9]{1,20}([.][0-9]+)?$')
        then cast({{ text }} as decimal(38, 18)) end
{%- endmacro %}

{% macro duckdb__try_decimal(text) -%}
    case when regexp_full_match({{ text }}, '[+-]?[0-9]{1,20}([.][0-9]+)?')
        then try_cast({{ text }} as decimal(38, 18)) end
{%- endmacro %}

{% macro postgres__try_decimal(text) -%}
    case when {{ text }} ~ '^[+-]?[0-9]{1,20}([.][0-9]+)?$'
        then cast({{ text }} as decimal(38, 18)) end
{%- endmacro %}
