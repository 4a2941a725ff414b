{#-
    in_reporting_currency('ad_spend.currency') -> boolean

    Whether an amount counts: it names the reporting currency, or none. Reads `reporting_currency`, the relation of
    int_reporting_currency. Never true of an amount that names a currency where nobody said which one counts.
-#}
{% macro in_reporting_currency(currency) -%}
    {{ currency_code(currency) }} is null
    or {{ currency_code(currency) }} = reporting_currency.currency
{%- endmacro %}
