{#- few events come more than once: only of these is a row kept, the others lie where they were landed -#}
{{ config(materialized='view') }}

with

standing as (
    select
        trim(events.event_type) as event_type,
        {{ raw_columns('events', 'events', except=['event_type']) }}
    from {{ ref('stg_events') }} as events
    where {{ is_standing('events') | indent(4) }}
    union all
    select
        repeated_events.event_type,
        {{ raw_columns('events', 'repeated_events', except=['event_type']) }}
    from {{ ref('int_repeated_events') }} as repeated_events
)

select * from standing
