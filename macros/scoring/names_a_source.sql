{#-
    names_a_source('events') -> boolean: whether an event says where its visitor came from

    By any of the utm columns or a referrer; int_touches says whether it is one of our own pages.
-#}
{% macro names_a_source(events) -%}
    coalesce(
        {% for column in ['utm_source', 'utm_medium', 'utm_campaign', 'utm_content', 'utm_term', 'referrer_url'] -%}
        nullif(trim({{ events }}.{{ column }}), ''){{ ', ' if not loop.last }}
        {%- endfor %}
    ) is not null
{%- endmacro %}
