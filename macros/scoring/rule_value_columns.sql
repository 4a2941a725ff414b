{#-
    rule_value_columns('fit_rules') -> operator, compared_value, lowest and highest of a rule

    The one place that reads the `value` text of a rule: lists and ranges are written `a|b|c`.
-#}
{% macro rule_value_columns(rules) -%}
    lower(trim({{ rules }}.operator)) as operator,
    case
        when lower(trim({{ rules }}.operator)) in ('in', 'not_in')
            then {{ trimmed_list(rules ~ '.value') }}
        else {{ comparable_text(rules ~ '.value') }}
    end as compared_value,
    case
        when lower(trim({{ rules }}.operator)) = 'at_least' then {{ try_decimal('trim(' ~ rules ~ '.value)') }}
        when lower(trim({{ rules }}.operator)) = 'between'
            then {{ try_decimal('trim(' ~ dbt.split_part(rules ~ '.value', "'|'", 1) ~ ')') }}
    end as lowest,
    case
        when lower(trim({{ rules }}.operator)) = 'at_most' then {{ try_decimal('trim(' ~ rules ~ '.value)') }}
        when lower(trim({{ rules }}.operator)) = 'between'
            then {{ try_decimal('trim(' ~ dbt.split_part(rules ~ '.value', "'|'", 2) ~ ')') }}
    end as highest
{%- endmacro %}
