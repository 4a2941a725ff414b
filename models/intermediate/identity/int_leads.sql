with

register as (
    select * from {{ ref('int_lead_register') }}
),

touched_leads as (
    select * from {{ ref('int_touched_leads') }}
),

-- the short key serves the sorts of this run; it means nothing outside it
leads as (
    select
        register.lead_id,
        register.created_at,
        register.lead_source,
        register.utm_source,
        register.utm_medium,
        register.utm_campaign,
        register.utm_content,
        register.utm_term,
        row_number() over (order by register.lead_id) as lead_key
    from register
    inner join touched_leads
        on register.lead_id = touched_leads.lead_id
)

select * from leads
