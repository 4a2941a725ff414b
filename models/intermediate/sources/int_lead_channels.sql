{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        on_schema_change='sync_all_columns',
        pre_hook='{{ forget_touched_leads() }}'
    )
}}

-- depends_on: {{ ref('int_touched_leads') }}
with

first_touches as (
    select * from {{ ref('int_first_touches') }}
),

channel_rules as (
    select * from {{ ref('stg_channel_rules') }}
),

-- each distinct value is matched once, whoever brought it
values_seen as (
    {%- for column in ['utm_medium', 'utm_source', 'referrer_host', 'lead_source'] %}
    select distinct
        '{{ column }}' as match_on,
        {{ comparable_text('first_touches.' ~ column) }} as seen_value
    from first_touches
    where {{ comparable_text('first_touches.' ~ column) }} is not null
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

value_ranks as (
    select
        values_seen.match_on,
        values_seen.seen_value,
        min(channel_rules.rule_rank) as rule_rank
    from values_seen
    inner join channel_rules
        on values_seen.match_on = channel_rules.match_on
    where {{ rule_matches('values_seen.seen_value', 'channel_rules') | indent(4) }}
    group by values_seen.match_on, values_seen.seen_value
),

-- the first rule that matches the first touch speaks; only if none does, the first that matches lead_source
touch_ranks as (
    select
        first_touches.lead_key,
        min(value_ranks.rule_rank) as rule_rank
    from first_touches
    inner join value_ranks
        on
            (
                value_ranks.match_on = 'utm_medium'
                and {{ comparable_text('first_touches.utm_medium') }} = value_ranks.seen_value
            )
            or (
                value_ranks.match_on = 'utm_source'
                and {{ comparable_text('first_touches.utm_source') }} = value_ranks.seen_value
            )
            or (
                value_ranks.match_on = 'referrer_host'
                and first_touches.referrer_host = value_ranks.seen_value
            )
    group by first_touches.lead_key
),

channels as (
    select
        first_touches.lead_id,
        case
            when channel_rules.channel is not null then channel_rules.channel
            when first_touches.is_touched then 'direct'
        end as channel,
        {{ without_address('first_touches.utm_campaign') }} as campaign,
        {{ without_address('first_touches.utm_content') }} as ad_variant,
        {{ without_address('first_touches.utm_term') }} as audience
    from first_touches
    left join touch_ranks
        on first_touches.lead_key = touch_ranks.lead_key
    left join value_ranks as source_ranks
        on
            source_ranks.match_on = 'lead_source'
            and first_touches.lead_source = source_ranks.seen_value
    left join channel_rules
        on coalesce(touch_ranks.rule_rank, source_ranks.rule_rank) = channel_rules.rule_rank
)

select * from channels
