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
        register.*,
        row_number() over (order by register.lead_id) as lead_key
    from register
    inner join touched_leads
        on register.lead_id = touched_leads.lead_id
)

select * from leads
