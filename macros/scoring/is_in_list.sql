{#- is_in_list('candidates.value', 'rules.compared_value') -> whether `b` is an item of `a|b|c`. -#}
{% macro is_in_list(value, list) -%}
    {{ dbt.position("'|'", value) }} = 0
    and {{ dbt.position("'|' || " ~ value ~ " || '|'", "'|' || " ~ list ~ " || '|'") }} > 0
{%- endmacro %}
