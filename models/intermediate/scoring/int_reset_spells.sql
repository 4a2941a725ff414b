with

resets as (
    select * from {{ ref('stg_resets') }}
),

reports as (
    select * from {{ ref('int_sales_reports') }}
),

events as (
    select * from {{ ref('int_scorable_events') }}
),

axis_keys as (
    select distinct
        rules.definition_id,
        rules.axis,
        rules.axis_key
    from {{ ref('int_rules') }} as rules
),

triggered as (
    select
        resets.definition_id,
        resets.axis,
        reports.lead_key,
        reports.reported_at as reset_at,
        reports.source_id
    from resets
    inner join reports
        on
            (resets.trigger_type = 'status' and resets.trigger_value = reports.comparable_status)
            or (resets.trigger_type = 'outcome' and resets.trigger_value = reports.outcome)
    union all
    select
        resets.definition_id,
        resets.axis,
        events.lead_key,
        events.known_at as reset_at,
        events.event_id as source_id
    from resets
    inner join events
        on resets.trigger_value = events.event_type
    where resets.trigger_type = 'event'
),

instants as (
    select
        axis_keys.axis_key,
        triggered.lead_key,
        triggered.reset_at,
        min(triggered.source_id) as source_id
    from triggered
    inner join axis_keys
        on
            triggered.definition_id = axis_keys.definition_id
            and triggered.axis = axis_keys.axis
    group by axis_keys.axis_key, triggered.lead_key, triggered.reset_at
),

-- the stretch before each reset, and the one after the last
spells as (
    select
        instants.axis_key,
        instants.lead_key,
        row_number() over (
            partition by instants.axis_key, instants.lead_key
            order by instants.reset_at
        ) as spell_number,
        lag(instants.reset_at) over (
            partition by instants.axis_key, instants.lead_key
            order by instants.reset_at
        ) as after_at,
        instants.reset_at as up_to_at,
        instants.source_id as reset_source_id
    from instants
    union all
    select
        instants.axis_key,
        instants.lead_key,
        count(*) + 1 as spell_number,
        max(instants.reset_at) as after_at,
        cast(null as {{ dbt.type_timestamp() }}) as up_to_at,
        cast(null as {{ dbt.type_string() }}) as reset_source_id
    from instants
    group by instants.axis_key, instants.lead_key
)

select * from spells
