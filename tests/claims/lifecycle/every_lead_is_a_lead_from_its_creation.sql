select leads.lead_id
from {{ ref('dim_leads') }} as leads
left join {{ ref('fct_lead_stages') }} as entries
    on
        leads.lead_id = entries.lead_id
        and leads.created_at = entries.reached_at
        and leads.created_at = entries.observed_at
        and entries.stage = 'lead'
        and entries.cycle = 1
        and not entries.is_inferred
where entries.lead_id is null
