{#-
    unique_together(columns=[...]): no two rows agree on all of these columns; null agrees with null.

    `among`: a model that names the keys this run asked about anew, by the column `key`. Only their rows can have
    changed since the claim was last held against a table that is kept from run to run.
-#}
{% test unique_together(model, columns, among=none, key=none) %}
    select {{ columns | join(', ') }}
    from {{ model }}
    {%- if among %}
    where {{ key }} in (select {{ key }} from {{ among }})
    {%- endif %}
    group by {{ columns | join(', ') }}
    having count(*) > 1
{% endtest %}
