{#-
    rule_matches('rules.operator', 'candidates.value', 'rules') -> boolean

    Whether a value passes `operator value` of a rule. `value` is already comparable_text; `rules` is a
    relation with `operator`, `compared_value` (comparable text, list items trimmed), `lowest` and
    `highest` (decimals). A missing value matches only is_missing, not_equals, not_in and always; what is
    no number never passes a numeric operator. An item of a list never holds the separator itself.
-#}
{% macro rule_matches(operator, value, rules) -%}
    case
        when {{ operator }} = 'always' then true
        when {{ operator }} = 'is_missing' then {{ value }} is null
        when {{ operator }} = 'is_present' then {{ value }} is not null
        when {{ operator }} = 'not_equals'
            then {{ value }} is null or {{ value }} <> {{ rules }}.compared_value
        when {{ operator }} = 'not_in'
            then {{ value }} is null or not ({{ is_in_list(value, rules ~ '.compared_value') }})
        when {{ value }} is null then false
        when {{ operator }} = 'equals' then {{ value }} = {{ rules }}.compared_value
        when {{ operator }} = 'in' then {{ is_in_list(value, rules ~ '.compared_value') }}
        when {{ operator }} = 'contains'
            then {{ dbt.position(rules ~ '.compared_value', value) }} > 0
        when {{ operator }} = 'starts_with'
            then left({{ value }}, length({{ rules }}.compared_value)) = {{ rules }}.compared_value
        when {{ operator }} = 'ends_with'
            then right({{ value }}, length({{ rules }}.compared_value)) = {{ rules }}.compared_value
        when {{ operator }} = 'at_least'
            then coalesce({{ try_decimal(value) }} >= {{ rules }}.lowest, false)
        when {{ operator }} = 'at_most'
            then coalesce({{ try_decimal(value) }} <= {{ rules }}.highest, false)
        when {{ operator }} = 'between'
            then coalesce(
                {{ try_decimal(value) }} >= {{ rules }}.lowest
                and {{ try_decimal(value) }} <= {{ rules }}.highest, false
            )
        else false
    end
{%- endmacro %}
