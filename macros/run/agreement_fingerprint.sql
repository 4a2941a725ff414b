{#-
    agreement_fingerprint() -> a text that changes with whatever makes kept rows stale

    The definition and reference seeds, the SQL of the models, the vars that staging and intermediate models read, and
    the macros as far as `handoff` says ($HANDOFF_CODE_FINGERPRINT); who changes a macro and runs dbt alone gives
    --full-refresh.
-#}
{% macro agreement_fingerprint() %}
    {% set parts = [env_var('HANDOFF_CODE_FINGERPRINT', ''), 'load_order_column: ' ~ var('load_order_column')] %}
    {% for node in graph.nodes.values() if node.resource_type in ['seed', 'model'] %}
        {% do parts.append(node.unique_id ~ ':' ~ node.checksum.checksum) %}
        {% if node.resource_type == 'model' and node.schema != 'marts' %}
            {% for name in modules.re.findall("var\\('(\\w+)'", node.raw_code) %}
                {% do parts.append(name ~ ': ' ~ var(name)) %}
            {% endfor %}
        {% endif %}
    {% endfor %}
    {% do return(local_md5(parts | sort | join(';'))) %}
{% endmacro %}
