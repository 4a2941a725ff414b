{{
    config(
        materialized='incremental',
        pre_hook="{{ forget('lead_id', 'int_touched_leads') }}"
    )
}}

-- depends_on: {{ ref('int_touched_leads') }}
with

leads as (
    select * from {{ ref('int_leads') }}
),

touches as (
    select * from {{ ref('int_touches') }}
),

lead_channels as (
    select * from {{ ref('int_lead_channels') }}
),

channel_rules as (
    select * from {{ ref('stg_channel_rules') }}
),

-- the first touch has the lead's channel; of any other, lead_source has nothing to say
paths as (
    select
        leads.lead_id,
        touches.touch_number,
        touches.touched_at,
        touches.is_first,
        case
            when touches.is_first then lead_channels.channel
            else coalesce(channel_rules.channel, 'direct')
        end as channel,
        {{ without_address('touches.utm_campaign') }} as campaign
    from touches
    inner join leads
        on touches.lead_key = leads.lead_key
    left join lead_channels
        on leads.lead_id = lead_channels.lead_id
    left join channel_rules
        on touches.rule_rank = channel_rules.rule_rank
)

select * from paths
