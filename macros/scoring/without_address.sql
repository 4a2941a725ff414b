{#-
    without_address('touches.utm_campaign') -> the text, or '(address removed)' where it holds an e-mail address

    Anybody can write a link; what they put into it must neither reach a mart nor keep it from appearing.
-#}
{% macro without_address(text) -%}
    case when {{ text }} like '%_@_%._%' then '(address removed)' else {{ text }} end
{%- endmacro %}
