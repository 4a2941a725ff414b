{#- unique_together(columns=[...]): no two rows agree on all of these columns; null agrees with null. -#}
{% test unique_together(model, columns) %}
    select {{ columns | join(', ') }}
    from {{ model }}
    group by {{ columns | join(', ') }}
    having count(*) > 1
{% endtest %}
