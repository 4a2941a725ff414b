{{
    config(
        materialized='incremental',
        pre_hook="{{ forget('lead_id', 'int_touched_leads') }}"
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

-- each distinct text is matched once, whoever has it
sources_seen as (
    select distinct first_touches.lead_source
    from first_touches
    where first_touches.lead_source is not null
),

source_ranks as (
    select
        sources_seen.lead_source,
        min(channel_rules.rule_rank) as rule_rank
    from sources_seen
    inner join channel_rules
        on channel_rules.match_on = 'lead_source'
    where {{ rule_matches('sources_seen.lead_source', 'channel_rules') | indent(4) }}
    group by sources_seen.lead_source
),

-- the first rule that matches the first touch speaks; only if none does, the first that matches lead_source
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
    left join source_ranks
        on first_touches.lead_source = source_ranks.lead_source
    left join channel_rules
        on coalesce(first_touches.rule_rank, source_ranks.rule_rank) = channel_rules.rule_rank
)

select * from channels
