{#-
    is_within_spell('events', 'identifications') -> boolean, the condition of a join

    Whether an anonymous id stood for a lead when an event of it occurred: `spells` has anonymous_id, valid_from and
    valid_to, as int_identifications has. The first spell has no beginning, the last no end.
-#}
{% macro is_within_spell(events, spells) -%}
    {{ events }}.anonymous_id = {{ spells }}.anonymous_id
    and ({{ spells }}.valid_from is null or {{ events }}.occurred_at >= {{ spells }}.valid_from)
    and ({{ spells }}.valid_to is null or {{ events }}.occurred_at < {{ spells }}.valid_to)
{%- endmacro %}
