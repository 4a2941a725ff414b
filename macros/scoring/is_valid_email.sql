{#-
    is_valid_email('leads.comparable_email') -> whether a mail could be sent there, as far as the text can tell

    Of an address as `comparable_text` gives it. One `@`; before it 1 to 64 characters, after it at least one point and
    no part that is empty; no space, quote, bracket, comma or semicolon; 254 characters at most. Plus-tags, role
    addresses and other alphabets are fine; quoted names before the `@` are not, and neither is a list. Null for null.
-#}
{% macro is_valid_email(email) -%}
    {%- set host = dbt.split_part(email, "'@'", 2) -%}
    case
        when {{ email }} is null then null
        else
            length({{ email }}) <= 254
            and length({{ email }}) - length(replace({{ email }}, '@', '')) = 1
            and length({{ dbt.split_part(email, "'@'", 1) }}) between 1 and 64
            and {{ host }} like '_%._%'
            and {{ host }} not like '.%'
            and {{ host }} not like '%.'
            and {{ email }} not like '%..%'
            and {{ email }} not like '.%'
            and {{ dbt.split_part(email, "'@'", 1) }} not like '%.'
            {%- for mark in [' ', '"', '<', '>', '(', ')', '[', ']', ',', ';', ':'] %}
            and {{ dbt.position("'" ~ mark ~ "'", email) }} = 0
            {%- endfor %}
    end
{%- endmacro %}
