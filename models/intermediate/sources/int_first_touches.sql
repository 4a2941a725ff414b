with

leads as (
    select * from {{ ref('int_leads') }}
),

first_touches as (
    select *
    from {{ ref('int_touches') }} as touches
    where touches.is_first
),

visited_leads as (
    select distinct known_events.lead_key
    from {{ ref('int_known_events') }} as known_events
),

first_of_each as (
    select
        leads.lead_key,
        leads.lead_id,
        leads.lead_source,
        first_touches.utm_source,
        first_touches.utm_medium,
        first_touches.utm_campaign,
        first_touches.utm_content,
        first_touches.utm_term,
        first_touches.referrer_host,
        first_touches.rule_rank,
        first_touches.lead_key is not null or visited_leads.lead_key is not null as is_touched
    from leads
    left join first_touches
        on leads.lead_key = first_touches.lead_key
    left join visited_leads
        on leads.lead_key = visited_leads.lead_key
)

select * from first_of_each
