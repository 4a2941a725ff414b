{#-
    whole_percent('verdicts.own_rate') -> '24' for 0.243: text for a sentence, half up, without the sign

    A share that is known within some points is not told to a tenth of one.
-#}
{% macro whole_percent(share) -%}
    cast(cast(floor(100 * cast({{ share }} as {{ type_double() }}) + 0.5) as integer) as {{ dbt.type_string() }})
{%- endmacro %}
