{#-
    keeps_earlier_rows() -> whether this run may leave untouched leads as they lie

    False where a full refresh is asked for, where loads are not numbered, and where any of the kept
    tables is not there yet: then every lead is recomputed.
-#}
{% macro keeps_earlier_rows() %}
    {% if not execute or flags.FULL_REFRESH or not var('load_order_column') %}
        {% do return(false) %}
    {% endif %}
    {% for node in incremental_models() %}
        {% if adapter.get_relation(database=node.database, schema=node.schema, identifier=node.alias) is none %}
            {% do return(false) %}
        {% endif %}
    {% endfor %}
    {% do return(true) %}
{% endmacro %}
