{#-
    unique_together(columns=[...]): no two rows agree on all of these columns; null agrees with null.

    `among`: a model that names the keys this run asked about anew, by the column `key`. Only their rows can have
    changed since the claim was last held against a table that is kept from run to run.
-#}
{% test unique_together(model, columns, among=none, key=none) %}
    {%- set condition = key ~ ' in (select ' ~ key ~ ' from ' ~ among ~ ')' if among -%}
    {{ repeated_keys(model, columns, condition) }}
{% endtest %}
