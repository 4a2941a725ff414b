{#-
    mart_nodes() -> the marts with their contracted columns, as dbt's graph has them; none while parsing

        {% for mart in mart_nodes() %}{% for column in mart.columns.values() %} ... {{ mart.relation_name }}
-#}
{% macro mart_nodes() -%}
    {%- if not execute -%}
        {{ return([]) }}
    {%- endif -%}
    {{ return(
        graph.nodes.values()
        | selectattr('resource_type', 'equalto', 'model')
        | selectattr('schema', 'equalto', 'marts')
        | sort(attribute='name')
        | list
    ) }}
{%- endmacro %}
