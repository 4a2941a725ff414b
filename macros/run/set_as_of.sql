{#-
    set_as_of() -> DDL and DML that leave one row in control.as_of

    As-of reaches the models as a row, not as a variable in their SQL: a changed variable would throw
    the parsed project away at every run. Asked for by the var `as_of`, by $HANDOFF_AS_OF, else it is
    the moment this run began.
-#}
{% macro set_as_of() %}
    {% if execute %}
        {% set asked = var('as_of') or env_var('HANDOFF_AS_OF', '') %}
        {% if asked and not modules.re.fullmatch('\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?Z?)?', asked) %}
            {% do exceptions.raise_compiler_error(
                "as_of is '" ~ asked ~ "'; expected a moment in UTC such as 2026-07-01 or 2026-07-01T06:30:00"
            ) %}
        {% endif %}
        {% set as_of = (asked or run_started_at.strftime('%Y-%m-%d %H:%M:%S')) | replace('T', ' ') | replace('Z', '') %}
        create table if not exists control.as_of (as_of {{ dbt.type_timestamp() }});
        delete from control.as_of;
        insert into control.as_of values (cast('{{ as_of }}' as {{ dbt.type_timestamp() }}));
    {% endif %}
{% endmacro %}
