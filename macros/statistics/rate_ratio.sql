{#-
    rate_ratio('customers_with', 'leads_with', 'customers_without', 'leads_without')
        -> how many times the second rate the first one is, as a double; null where the second is 0 or either has no
           denominator
-#}
{% macro rate_ratio(part, whole, other_part, other_whole) -%}
    case when {{ whole }} > 0 and {{ other_whole }} > 0 and {{ other_part }} > 0
        then
            cast({{ part }} as {{ type_double() }}) * cast({{ other_whole }} as {{ type_double() }})
            / (cast({{ whole }} as {{ type_double() }}) * cast({{ other_part }} as {{ type_double() }}))
    end
{%- endmacro %}
