{#-
    record_refresh(results) -> DML that moves the state on, once every kept table has taken this run in

    If any of them failed, was skipped or was not selected, or a claim was broken or not asked, the state stays where it
    was, and the next run recomputes the same leads again: claims about kept tables are asked of the leads of their run
    alone. $HANDOFF_BUILT_BEFORE names what the same build has built in an earlier go.
-#}
{% macro record_refresh(results) %}
    {% if execute and flags.WHICH in ['build', 'run'] %}
        {% set succeeded = env_var('HANDOFF_BUILT_BEFORE', '').split(',') %}
        {% for result in results if result.status == 'success' %}
            {% do succeeded.append(result.node.unique_id) %}
        {% endfor %}
        {% set kept = incremental_models() | map(attribute='unique_id') | list %}
        {% set missing = kept | reject('in', succeeded) | list %}
        {% set doubts = results | rejectattr('status', 'in', ['success', 'pass', 'warn', 'no-op', 'reused']) | list %}
        {% if kept and not missing and not doubts %}
            delete from control.refresh_state;
            insert into control.refresh_state
            select
                '{{ agreement_fingerprint() }}' as fingerprint,
                as_of.as_of,
                loads.last_batch_number
            from control.as_of as as_of
            cross join (
                -- before the first load: lower than any number a load can have
                select coalesce(max(batch_number), -1) as last_batch_number
                from (
                    {% for table in raw_table_columns() -%}
                    select max({{ load_order('rows_of_' ~ table) }}) as batch_number
                    from raw.{{ table }} as rows_of_{{ table }}
                    {{ 'union all' if not loop.last }}
                    {% endfor %}
                ) as batches
            ) as loads;
            delete from control.refresh_attempts;
            insert into control.refresh_log
            select
                '{{ invocation_id }}' as invocation_id,
                cast('{{ run_started_at.strftime("%Y-%m-%d %H:%M:%S") }}' as {{ dbt.type_timestamp() }}) as started_at,
                as_of.as_of,
                (select count(*) from intermediate.int_lead_register) as leads,
                (select count(*) from intermediate.int_leads) as leads_recomputed
            from control.as_of as as_of;
        {% endif %}
    {% endif %}
{% endmacro %}
