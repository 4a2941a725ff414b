{#- incremental_models() -> the nodes that keep rows from run to run, by lead. -#}
{% macro incremental_models() %}
    {% set kept = [] %}
    {% for node in graph.nodes.values()
        if node.resource_type == 'model' and node.config.materialized == 'incremental' %}
        {% do kept.append(node) %}
    {% endfor %}
    {% do return(kept) %}
{% endmacro %}
