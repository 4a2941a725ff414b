{#-
    as_of_moment() -> as-of as a constant: cast('2026-07-01 06:30:00' as timestamp)

    For what reads much: an engine holds a constant against what it knows of each block, and plans by it, where a
    row of stg_as_of joined in is a riddle to it. Text of a model's SQL as it runs, not as it is parsed: what has
    been parsed stays good. A unit test gives it by overriding `asked_as_of`.
-#}
{% macro as_of_moment() -%}
    cast('{{ asked_as_of() if execute }}' as {{ dbt.type_timestamp() }})
{%- endmacro %}
