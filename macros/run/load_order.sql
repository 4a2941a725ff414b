{#-
    load_order('source') -> the number of the load that brought a raw row

    What lies above the last number seen is new. Blank var `load_order_column`: the loads are not
    numbered, nothing can be told to be new, and every run recomputes every lead.
-#}
{% macro load_order(source) -%}
    {%- if var('load_order_column') -%}
        cast({{ source }}.{{ var('load_order_column') }} as bigint)
    {%- else -%}
        cast(null as bigint)
    {%- endif -%}
{%- endmacro %}
