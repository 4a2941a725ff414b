with

as_of as (
    select * from {{ ref('stg_as_of') }}
),

register as (
    select * from {{ ref('int_lead_register') }}
),

identifications as (
    select * from {{ ref('int_identifications') }}
),

stage_changes as (
    select
        stage_changes.change_id,
        stage_changes.lead_id,
        stage_changes.comparable_status
    from {{ ref('stg_stage_changes') }} as stage_changes
    cross join as_of
    where stage_changes.changed_at <= as_of.as_of
),

status_map as (
    select * from {{ ref('stg_status_map') }}
),

types_in_use as (
    select event_rules.event_type
    from {{ ref('stg_event_rules') }} as event_rules
    union
    select resets.trigger_value as event_type
    from {{ ref('stg_resets') }} as resets
    where resets.trigger_type = 'event'
),

unmapped_statuses as (
    select
        'status_not_in_map' as gap,
        stage_changes.comparable_status as found,
        count(distinct stage_changes.change_id) as occurrences
    from stage_changes
    left join status_map
        on stage_changes.comparable_status = status_map.comparable_status
    where status_map.comparable_status is null
    group by stage_changes.comparable_status
),

-- counted as they arrived, and then trimmed: there are few types, and many events
event_types as (
    select
        events.event_type,
        sum(events.events) as events
    from {{ ref('int_counted_events') }} as events
    group by events.event_type
),

event_types_trimmed as (
    select
        trim(event_types.event_type) as event_type,
        sum(event_types.events) as events
    from event_types
    group by trim(event_types.event_type)
),

unused_event_types as (
    select
        'event_type_in_no_rule' as gap,
        event_types_trimmed.event_type as found,
        event_types_trimmed.events as occurrences
    from event_types_trimmed
    left join types_in_use
        on event_types_trimmed.event_type = types_in_use.event_type
    where types_in_use.event_type is null and event_types_trimmed.events > 0
),

-- an event stays anonymous if its id was never identified: a first identification speaks for all time before
-- it, too
identified_ids as (
    select distinct identifications.anonymous_id
    from identifications
),

anonymous_events as (
    select coalesce(sum(events.events), 0) as occurrences
    from {{ ref('int_counted_events') }} as events
    left join identified_ids
        on events.anonymous_id = identified_ids.anonymous_id
    where events.lead_id is null and identified_ids.anonymous_id is null
),

unknown_leads as (
    select named_leads.lead_id
    from {{ ref('int_named_leads') }} as named_leads
    left join register
        on named_leads.lead_id = register.lead_id
    where register.lead_id is null
),

events_of_unknown_leads as (
    select coalesce(sum(events.events), 0) as occurrences
    from {{ ref('int_counted_events') }} as events
    where events.lead_id in (select unknown_leads.lead_id from unknown_leads)
),

spells_of_unknown_leads as (
    select identifications.*
    from identifications
    left join register
        on identifications.lead_id = register.lead_id
    where register.lead_id is null
),

anonymous_events_of_unknown_leads as (
    select coalesce(sum(events.events), 0) as occurrences
    from {{ ref('int_counted_events') }} as events
    inner join spells_of_unknown_leads as spells
        on {{ is_within_spell('events', 'spells') | indent(8) }}
    where
        events.lead_id is null
        and events.anonymous_id in (
            select unknown_spells.anonymous_id
            from spells_of_unknown_leads as unknown_spells
        )
),

unscored_events as (
    {%- for gap, relation in [
        ('event_still_anonymous', 'anonymous_events'),
        ('event_waiting_for_its_lead', 'events_of_unknown_leads'),
        ('event_waiting_for_its_lead', 'anonymous_events_of_unknown_leads'),
    ] %}
    select
        '{{ gap }}' as gap,
        cast(null as {{ dbt.type_string() }}) as found,
        {{ relation }}.occurrences
    from {{ relation }}
    where {{ relation }}.occurrences > 0
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

waiting_records as (
    {%- for table, key, moment in [
        ('stage_changes', 'change_id', 'changed_at'),
        ('opportunities', 'opportunity_id', 'created_at'),
        ('sales_touches', 'touch_id', 'touched_at'),
    ] %}
    select
        'record_waiting_for_its_lead' as gap,
        '{{ table }}' as found,
        count(distinct records.{{ key }}) as occurrences
    from {{ ref('stg_' ~ table) }} as records
    cross join as_of
    left join register
        on records.lead_id = register.lead_id
    where records.{{ moment }} <= as_of.as_of and register.lead_id is null
    having count(*) > 0
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

-- one key delivered with different contents: the fixed rule chose, and here is how often it had to
conflicting_keys as (
    select
        'key_delivered_with_different_contents' as gap,
        'events' as found,
        count(*) as occurrences
    from {{ ref('int_repeated_events') }} as repeated_events
    where repeated_events.has_several_contents
    having count(*) > 0
    {%- for table, keys, moment in [
        ('leads', ['lead_id', 'version_at'], 'version_at'),
        ('stage_changes', ['change_id'], 'changed_at'),
        ('opportunities', ['opportunity_id'], 'created_at'),
        ('sales_touches', ['touch_id'], 'touched_at'),
        ('ad_spend', ['spend_date', 'platform', 'campaign', 'ad_variant', 'audience', 'currency'], 'spend_date'),
        ('accounts', ['account_domain', 'version_at'], 'version_at'),
    ] %}
    union all
    select
        'key_delivered_with_different_contents' as gap,
        '{{ table }}' as found,
        count(*) as occurrences
    from (
        select {{ keys | join(', ') }}
        from (
            select distinct
                {% for name in keys if name in ['version_at', 'account_domain'] -%}
                deliveries.{{ name }},
                {% endfor -%}
                {{ raw_columns(table, 'deliveries') | indent(8) }}
            from {{ ref('stg_' ~ table) }} as deliveries
            cross join as_of
            where
                deliveries.{{ moment }} <= as_of.as_of
                {%- if table != 'ad_spend' %}
                -- a cheap look first: few keys come more than once
                and deliveries.{{ keys[0] }} in (
                    select {{ keys[0] }}
                    from {{ ref('stg_' ~ table) }}
                    group by {{ keys | join(', ') }}
                    having count(*) > 1
                )
                {%- endif %}
        ) as contents
        group by {{ keys | join(', ') }}
        having count(*) > 1
    ) as conflicts
    having count(*) > 0
    {%- endfor %}
),

gaps as (
    select * from unmapped_statuses
    union all
    select * from unused_event_types
    union all
    select * from unscored_events
    union all
    select * from waiting_records
    union all
    select * from conflicting_keys
),

-- a status is free text: one with an address in it is counted, not shown
input_gaps as (
    select
        gaps.gap,
        {{ without_address('gaps.found') }} as found,
        cast(sum(gaps.occurrences) as bigint) as occurrences
    from gaps
    group by gaps.gap, {{ without_address('gaps.found') }}
)

select * from input_gaps
