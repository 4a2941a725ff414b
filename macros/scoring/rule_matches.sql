{#-
    rule_matches('candidates.value', 'rules') -> boolean

    Whether a value passes `operator value` of a rule. `value` is already comparable_text; `rules` is a
    relation with `operator`, `compared_value` (comparable text, list items trimmed), `lowest` and
    `highest` (decimals). A missing value matches only is_missing, not_equals, not_in and always; what is
    no number never passes a numeric operator. An item of a list never holds the separator itself.
-#}
{% macro rule_matches(value, rules) -%}
    case
        when {{ rules }}.operator = 'always' then true
        when {{ rules }}.operator = 'is_missing' then {{ value }} is null
        when {{ rules }}.operator = 'is_present' then {{ value }} is not null
        when {{ rules }}.operator = 'not_equals'
            then {{ value }} is null or {{ value }} <> {{ rules }}.compared_value
        when {{ rules }}.operator = 'not_in'
            then {{ value }} is null or not ({{ is_in_list(value, rules ~ '.compared_value') }})
        when {{ value }} is null then false
        when {{ rules }}.operator = 'equals' then {{ value }} = {{ rules }}.compared_value
        when {{ rules }}.operator = 'in' then {{ is_in_list(value, rules ~ '.compared_value') }}
        when {{ rules }}.operator = 'contains'
            then {{ dbt.position(rules ~ '.compared_value', value) }} > 0
        when {{ rules }}.operator = 'starts_with'
            then left({{ value }}, length({{ rules }}.compared_value)) = {{ rules }}.compared_value
        when {{ rules }}.operator = 'ends_with'
            then right({{ value }}, length({{ rules }}.compared_value)) = {{ rules }}.compared_value
        when {{ rules }}.operator = 'at_least'
            then coalesce({{ try_decimal(value) }} >= {{ rules }}.lowest, false)
        when {{ rules }}.operator = 'at_most'
            then coalesce({{ try_decimal(value) }} <= {{ rules }}.highest, false)
        when {{ rules }}.operator = 'between'
            then coalesce(
                {{ try_decimal(value) }} >= {{ rules }}.lowest
                and {{ try_decimal(value) }} <= {{ rules }}.highest, false
            )
        else false
    end
{%- endmacro %}
