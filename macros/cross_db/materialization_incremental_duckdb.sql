{#-
    The materialization `incremental` on DuckDB: what a run forgets goes and what it asked about comes in one transaction

    The adapter's own writes a run's rows twice, to a temporary table first, and asks the catalog a dozen times. Where
    everything is new the table is made anew, so that it has the columns the model has now, and no space of rows that
    are gone; but for one with a contract, it may read its own rows all the same, which `forget` has emptied before.
-#}
{% materialization incremental, adapter='duckdb' %}
    {%- set target_relation = this.incorporate(type='table') -%}
    {%- set existing_relation = load_cached_relation(this) -%}

    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}

    {%- if existing_relation is none or should_full_refresh() or not existing_relation.is_table -%}
        {% set way = 'made' %}
    {%- elif is_everything_new() -%}
        {% set way = 'replaced' %}
    {%- else -%}
        {% set way = 'added to' %}
    {%- endif -%}

    {% call statement('main') -%}
        {% if way == 'made' -%}
        {% if existing_relation is not none -%}
        drop {{ existing_relation.type }} if exists {{ existing_relation }};
        {% endif -%}
        {{ create_table_as(False, target_relation, compiled_code) }}
        {%- elif way == 'replaced' and config.get('contract').enforced -%}
        drop table if exists {{ existing_relation }};
        {{ create_table_as(False, target_relation, compiled_code) }}
        {%- elif way == 'replaced' -%}
        create or replace table {{ target_relation }} as ({{ compiled_code }}
        )
        {%- else -%}
        insert into {{ target_relation }} by name ({{ compiled_code }}
        )
        {%- endif %}
    {%- endcall %}

    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {% do persist_docs(target_relation, model) %}
    {{ adapter.commit() }}
    {{ run_hooks(post_hooks, inside_transaction=False) }}

    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}
