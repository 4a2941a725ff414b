with

leads as (
    select * from {{ ref('int_leads') }}
),

known_events as (
    select * from {{ ref('int_known_events') }}
),

hosts as (
    select
        known_events.lead_key,
        known_events.event_id,
        known_events.occurred_at,
        nullif(trim(known_events.utm_source), '') as utm_source,
        nullif(trim(known_events.utm_medium), '') as utm_medium,
        nullif(trim(known_events.utm_campaign), '') as utm_campaign,
        nullif(trim(known_events.utm_content), '') as utm_content,
        nullif(trim(known_events.utm_term), '') as utm_term,
        {{ url_host('known_events.referrer_url') }} as referrer_host,
        replace(coalesce({{ url_host('known_events.page_url') }}, ''), 'www.', '') as page_host
    from known_events
),

-- a referrer of our own site, or of a sister host of it, is not where the visit came from
touches as (
    select
        hosts.lead_key,
        hosts.event_id,
        hosts.occurred_at,
        hosts.utm_source,
        hosts.utm_medium,
        hosts.utm_campaign,
        hosts.utm_content,
        hosts.utm_term,
        case
            when replace(hosts.referrer_host, 'www.', '') = hosts.page_host then null
            when hosts.page_host <> '' and hosts.referrer_host like '%.' || hosts.page_host then null
            when hosts.page_host like '%.' || replace(hosts.referrer_host, 'www.', '') then null
            else hosts.referrer_host
        end as referrer_host
    from hosts
),

telling_touches as (
    select
        touches.*,
        row_number() over (
            partition by touches.lead_key
            order by touches.occurred_at, touches.event_id
        ) as touch_rank
    from touches
    where
        touches.utm_source is not null
        or touches.utm_medium is not null
        or touches.utm_campaign is not null
        or touches.utm_content is not null
        or touches.utm_term is not null
        or touches.referrer_host is not null
),

touched_leads as (
    select distinct known_events.lead_key
    from known_events
),

-- the lead's own columns speak first, all of them together; a mixture would be a touch nobody made
first_touches as (
    select
        leads.lead_key,
        leads.lead_id,
        leads.lead_source,
        {% for column in ['utm_source', 'utm_medium', 'utm_campaign', 'utm_content', 'utm_term'] -%}
        case
            when own_touches.lead_key is not null then leads.{{ column }} else telling_touches.{{ column }}
        end
            as {{ column }},
        {% endfor -%}
        case when own_touches.lead_key is null then telling_touches.referrer_host end as referrer_host,
        own_touches.lead_key is not null or touched_leads.lead_key is not null as is_touched
    from leads
    left join leads as own_touches
        on
            leads.lead_key = own_touches.lead_key
            and (
                own_touches.utm_source is not null
                or own_touches.utm_medium is not null
                or own_touches.utm_campaign is not null
                or own_touches.utm_content is not null
                or own_touches.utm_term is not null
            )
    left join telling_touches
        on
            leads.lead_key = telling_touches.lead_key
            and telling_touches.touch_rank = 1
    left join touched_leads
        on leads.lead_key = touched_leads.lead_key
)

select * from first_touches
