{{
    config(
        materialized='incremental',
        pre_hook="{{ forget('lead_id', 'int_touched_leads') }}"
    )
}}

with

entries as (
    select entries.*
    from {{ ref('int_stage_entries') }} as entries
    inner join {{ ref('int_lead_register') }} as leads
        on entries.lead_id = leads.lead_id
    where
        not leads.is_deleted
        and {{ is_asked_about('entries.lead_id', 'int_touched_leads') }}
),

-- an mql is one when it was observed; what sales did is told by the first report of it or of something later
conversions as (
    select
        entries.lead_id,
        entries.cycle,
        entries.stage,
        case when entries.stage = 'mql' then entries.observed_at else entries.reached_at end as converted_at
    from entries
    where
        (entries.stage = 'mql' and entries.observed_at is not null)
        or entries.stage in ('sql', 'customer')
)

select * from conversions
