{%- set weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] -%}
with

source as (
    select * from {{ ref('working_hours') }}
),

typed as (
    select
        case lower(trim(source.weekday))
            {%- for weekday in weekdays %}
            when '{{ weekday }}' then {{ loop.index }}
            {%- endfor %}
        end as weekday_number,
        {%- for hour in ['opens', 'closes'] %}
        cast({{ dbt.split_part('trim(source.' ~ hour ~ ')', "':'", 1) }} as integer) * 60
        + cast({{ dbt.split_part('trim(source.' ~ hour ~ ')', "':'", 2) }} as integer) as {{ hour }}_minute,
        {%- endfor %}
        trim(source.time_zone) as time_zone
    from source
)

select * from typed
