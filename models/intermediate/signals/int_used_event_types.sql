with

event_rules as (
    select * from {{ ref('stg_event_rules') }}
),

resets as (
    select * from {{ ref('stg_resets') }}
),

named as (
    select event_rules.event_type
    from event_rules
    where event_rules.points <> 0
    union
    select resets.trigger_value as event_type
    from resets
    where resets.trigger_type = 'event'
),

looked_at as (
    select
        named.event_type,
        true as is_telling
    from named
    {%- for signal in signals().values() %}
    {%- for event_type, is_telling in signal.made_of.items() %}
    union all
    select
        '{{ event_type }}' as event_type,
        {{ is_telling | lower }} as is_telling
    from named
    where named.event_type = '{{ signal.event_type }}'
    {%- endfor %}
    {%- endfor %}
),

used_types as (
    select
        looked_at.event_type,
        max(case when looked_at.is_telling then 1 else 0 end) = 1 as is_telling
    from looked_at
    group by looked_at.event_type
)

select * from used_types
