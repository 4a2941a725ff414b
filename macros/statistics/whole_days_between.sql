{#-
    whole_days_between('entered_at', 'as_of') -> days of 24 hours that have passed in full, as an integer

    A difference in seconds may round up the last of them; a day that has not quite passed is taken back.
-#}
{% macro whole_days_between(from_at, to_at) -%}
    {%- set days = 'cast(floor(' ~ days_between(from_at, to_at) ~ ') as integer)' -%}
    case
        when {{ dbt.dateadd('day', days, from_at) }} > {{ to_at }} then {{ days }} - 1
        else {{ days }}
    end
{%- endmacro %}
