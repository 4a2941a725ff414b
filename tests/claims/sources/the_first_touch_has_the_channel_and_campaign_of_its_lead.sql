-- First-touch credit and the channel of dim_leads never tell two stories of one lead.
select
    paths.lead_id,
    paths.channel,
    leads.channel as channel_of_lead
from {{ ref('int_touch_paths') }} as paths
inner join {{ ref('dim_leads') }} as leads
    on paths.lead_id = leads.lead_id
where
    paths.is_first
    and (
        coalesce(paths.channel, '') <> coalesce(leads.channel, '')
        or coalesce(paths.campaign, '') <> coalesce(leads.campaign, '')
    )
