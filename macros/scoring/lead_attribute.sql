{#-
    lead_attribute('lead_versions', 'account_versions', 'rules.attribute') -> comparable text

    `account.industry` is a column of the accounts table; a name that is a column of the leads table is
    that column; any other is a key of the lead's `attributes`.
-#}
{% macro lead_attribute(lead_versions, account_versions, name) -%}
    case
        {%- for column, type in raw_table_columns()['leads'] if column != 'attributes' %}
        when {{ name }} = '{{ column }}' then {{ column_text(lead_versions, column, type) }}
        {%- endfor %}
        {%- for column, type in raw_table_columns()['accounts'] %}
        when {{ name }} = 'account.{{ column }}' then {{ column_text(account_versions, column, type) }}
        {%- endfor %}
        else {{ comparable_text(json_text(lead_versions ~ '.attributes', name)) }}
    end
{%- endmacro %}
