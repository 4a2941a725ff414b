{#-
    The materialization `incremental` on DuckDB: what a run forgets goes and what it asked about comes in one transaction

    The adapter's own writes a run's rows twice, to a temporary table first, and asks the catalog a dozen times. Where
    everything is new the table is made anew, so that it has the columns the model has now, and no space of rows that
    are gone.
-#}
{% materialization incremental, adapter='duckdb' %}
    {%- set target_relation = this.incorporate(type='table') -%}
    {%- set existing_relation = load_cached_relation(this) -%}

    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}

    {%- set is_added_to = is_incremental() and not is_everything_new() -%}
    {% call statement('main') -%}
        {% if is_added_to -%}
        insert into {{ target_relation }} by name ({{ compiled_code }}
        )
        {%- else -%}
        {{ made_anew(existing_relation, target_relation, compiled_code) }}
        {%- endif %}
    {%- endcall %}

    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {% do persist_docs(target_relation, model) %}
    {{ adapter.commit() }}
    {{ run_hooks(post_hooks, inside_transaction=False) }}

    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}
