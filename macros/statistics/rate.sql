{#- rate('converted', 'entered') -> their quotient as a double; null, never 0, where nothing entered. -#}
{% macro rate(part, whole) -%}
    case when {{ whole }} > 0
        then cast({{ part }} as {{ type_double() }}) / cast({{ whole }} as {{ type_double() }})
    end
{%- endmacro %}
