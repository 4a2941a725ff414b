with

scheduled_entries as {{ read_where_used() }} (
    select * from {{ ref('int_scheduled_entries') }}
),

reset_spells as (
    select * from {{ ref('int_reset_spells') }}
),

rules as (
    select * from {{ ref('int_rules') }}
),

-- a reset drops what is dated at it or after it ...
standing_entries as {{ read_where_used() }} (
    select scheduled_entries.*
    from scheduled_entries
    where scheduled_entries.reset_at is null or scheduled_entries.entry_at < scheduled_entries.reset_at
),

-- ... and takes out, in one entry per rule, what remained just before it
reset_entries as (
    select
        standing_entries.rule_key,
        standing_entries.lead_key,
        standing_entries.spell_number,
        standing_entries.reset_at,
        -{{ whole_sum('standing_entries.hundredths') }} as hundredths
    from standing_entries
    where standing_entries.reset_at is not null
    group by
        standing_entries.rule_key,
        standing_entries.lead_key,
        standing_entries.spell_number,
        standing_entries.reset_at
    having sum(standing_entries.hundredths) <> 0
),

entries as (
    select
        standing_entries.rule_key,
        standing_entries.lead_key,
        standing_entries.source_id,
        standing_entries.entry_at,
        standing_entries.entry_kind,
        standing_entries.hundredths
    from standing_entries
    union all
    select
        reset_entries.rule_key,
        reset_entries.lead_key,
        reset_spells.reset_source_id as source_id,
        reset_entries.reset_at as entry_at,
        'reset' as entry_kind,
        reset_entries.hundredths
    from reset_entries
    inner join rules
        on reset_entries.rule_key = rules.rule_key
    inner join reset_spells
        on
            rules.axis_key = reset_spells.axis_key
            and reset_entries.lead_key = reset_spells.lead_key
            and reset_entries.reset_at = reset_spells.up_to_at
)

select * from entries
