{#-
    by_dimension('facts', ['channel', 'country']) -> a select of every row once as `all`, and once a dimension

    `facts` has a column named after each dimension. What comes out has all its columns, and `dimension` and
    `dimension_value`: null for `all`, and for what lacks it. Each dimension adds up to `all`.
-#}
{% macro by_dimension(facts, dimensions) -%}
select
        {{ facts }}.*,
        'all' as dimension,
        cast(null as {{ dbt.type_string() }}) as dimension_value
    from {{ facts }}
    {%- for dimension in dimensions %}
    union all
    select
        {{ facts }}.*,
        '{{ dimension }}' as dimension,
        {{ facts }}.{{ dimension }} as dimension_value
    from {{ facts }}
    {%- endfor %}
{%- endmacro %}
