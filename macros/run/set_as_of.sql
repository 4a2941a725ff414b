{#-
    set_as_of() -> DDL and DML that leave one row in control.as_of

    As-of reaches the models as a row, not as a variable in their SQL: a changed variable would throw
    the parsed project away at every run. A run that builds is noted as an attempt until record_refresh takes
    it for done.
-#}
{% macro set_as_of() %}
    {% if execute %}
        {% set as_of = asked_as_of() %}
        create table if not exists control.as_of (as_of {{ dbt.type_timestamp() }});
        delete from control.as_of;
        insert into control.as_of values (cast('{{ as_of }}' as {{ dbt.type_timestamp() }}));
        {% if flags.WHICH in ['build', 'run'] %}
        insert into control.refresh_attempts
        values ('{{ agreement_fingerprint() }}', cast('{{ as_of }}' as {{ dbt.type_timestamp() }}));
        {% endif %}
    {% endif %}
{% endmacro %}
