{#- trimmed_list('fit_rules.value') -> 'a|b|c' for ' A | b|C ': items trimmed, in lower case. -#}
{% macro trimmed_list(list) %}{{ return(adapter.dispatch('trimmed_list', 'handoff')(list)) }}{% endmacro %}

{#- Spark replaces every match without being asked -#}
{% macro default__trimmed_list(list) -%}
    lower(trim(regexp_replace({{ list }}, ' *[|] *', '|')))
{%- endmacro %}

{% macro duckdb__trimmed_list(list) -%}
    lower(trim(regexp_replace({{ list }}, ' *[|] *', '|', 'g')))
{%- endmacro %}

{% macro postgres__trimmed_list(list) -%}
    lower(trim(regexp_replace({{ list }}, ' *[|] *', '|', 'g')))
{%- endmacro %}
