{#- news_relation() -> the table of int_news, for hooks, which cannot name a model that theirs does not read. -#}
{% macro news_relation() %}
    {% do return(this.incorporate(path={'schema': 'intermediate', 'identifier': 'int_news'})) %}
{% endmacro %}
