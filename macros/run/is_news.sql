{#-
    is_news('events', 'occurred_at') -> boolean, beside a relation `news` (int_news)

    Whether a later load brought the row, or as-of, moving, uncovers or hides it. Never true where everything
    is new: then nobody need look for what is.
-#}
{% macro is_news(relation, moment) -%}
    (
        {{ relation }}.batch_number > news.last_batch_number
        or ({{ relation }}.{{ moment }} > news.from_as_of and {{ relation }}.{{ moment }} <= news.to_as_of)
    )
{%- endmacro %}
