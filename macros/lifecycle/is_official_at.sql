{#-
    is_official_at('definitions', 'qualification.scored_at') -> boolean

    Whether a definition decides at a moment: effective_from <= moment < effective_to, a blank end is open.
-#}
{% macro is_official_at(definitions, moment) -%}
    {{ definitions }}.is_official
    and ({{ definitions }}.effective_from is null or {{ moment }} >= {{ definitions }}.effective_from)
    and ({{ definitions }}.effective_to is null or {{ moment }} < {{ definitions }}.effective_to)
{%- endmacro %}
