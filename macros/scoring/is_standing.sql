{#-
    is_standing('events') -> boolean, of a row of stg_events

    Whether it occurred by as-of and came once. Of an event that came more than once, int_repeated_events has the row
    that stands. Asked after a join with what is looked for: ids are the widest column there is.
-#}
{% macro is_standing(events) -%}
    {{ events }}.occurred_at <= {{ as_of_moment() }}
    and {{ events }}.event_id not in (
        select repeated.event_id
        from {{ ref('int_repeated_events') }} as repeated
    )
{%- endmacro %}
