{{
    config(
        materialized='incremental',
        pre_hook="{{ forget('lead_id', 'int_touched_leads') }}"
    )
}}

-- depends_on: {{ ref('int_touched_leads') }}
with

known_events as (
    select
        known_events.lead_key,
        nullif(trim({{ json_text('known_events.properties', "'email_id'") }}), '') as email_id
    from {{ ref('int_known_events') }} as known_events
    where known_events.event_type = 'email_opened'
),

streaks as (
    select * from {{ ref('int_email_open_streaks') }}
),

opened as (
    select
        known_events.lead_key,
        count(distinct known_events.email_id) as emails_opened
    from known_events
    where known_events.email_id is not null
    group by known_events.lead_key
),

told as (
    select
        streaks.lead_key,
        count(*) as emails_told,
        max(streaks.known_at) as last_told_at
    from streaks
    group by streaks.lead_key
),

-- an opened e-mail has a streak once it is known to have been sent
openers as (
    select
        leads.lead_id,
        told.last_told_at,
        opened.emails_opened > coalesce(told.emails_told, 0) as has_open_without_send
    from opened
    inner join {{ ref('int_leads') }} as leads
        on opened.lead_key = leads.lead_key
    left join told
        on opened.lead_key = told.lead_key
)

select * from openers
