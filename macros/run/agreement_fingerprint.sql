{#-
    agreement_fingerprint() -> a text that changes with whatever makes kept rows stale

    The definition and reference seeds, the SQL of the models, the vars they read, and the macros as far
    as `handoff` says ($HANDOFF_CODE_FINGERPRINT); who changes a macro and runs dbt alone gives
    --full-refresh.
-#}
{% macro agreement_fingerprint() %}
    {% set parts = [
        env_var('HANDOFF_CODE_FINGERPRINT', ''),
        var('requalify_after_days') | string,
        var('tracking_started_at') | string,
    ] %}
    {% for node in graph.nodes.values() if node.resource_type in ['seed', 'model'] %}
        {% do parts.append(node.unique_id ~ ':' ~ node.checksum.checksum) %}
    {% endfor %}
    {% do return(local_md5(parts | sort | join(';'))) %}
{% endmacro %}
