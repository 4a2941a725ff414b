{#-
    names_a_source('events') -> boolean: whether an event says where its visitor came from

    By any of the utm columns or a referrer; int_touches says whether it is one of our own pages.
    Most events have none of them, and need not be trimmed to say so.
-#}
{% macro names_a_source(events) -%}
    {%- set columns = ['utm_source', 'utm_medium', 'utm_campaign', 'utm_content', 'utm_term', 'referrer_url'] -%}
    (
        coalesce({{ events }}.{{ columns | join(', ' ~ events ~ '.') }}) is not null
        and coalesce(
            {% for column in columns -%}
            nullif(trim({{ events }}.{{ column }}), ''){{ ', ' if not loop.last }}
            {%- endfor %}
        ) is not null
    )
{%- endmacro %}
