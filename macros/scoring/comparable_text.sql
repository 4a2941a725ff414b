{#- comparable_text('events.page_url') -> trimmed and in lower case, null where nothing is left. -#}
{% macro comparable_text(text) -%}
    nullif(lower(trim({{ text }})), '')
{%- endmacro %}
