{#- is_everything_new() -> whether this run works every lead out anew, as int_news says. -#}
{% macro is_everything_new() %}
    {% do return(run_query('select is_everything_new from ' ~ news_relation()).rows[0][0]) %}
{% endmacro %}
