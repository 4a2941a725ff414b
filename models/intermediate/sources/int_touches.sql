{%- set utm_columns = ['utm_source', 'utm_medium', 'utm_campaign', 'utm_content', 'utm_term'] -%}
with

leads as (
    select * from {{ ref('int_leads') }}
),

known_events as (
    select * from {{ ref('int_known_events') }}
),

channel_rules as (
    select * from {{ ref('stg_channel_rules') }}
),

hosts as (
    select
        known_events.lead_key,
        known_events.event_id,
        known_events.occurred_at,
        {% for column in utm_columns -%}
        nullif(trim(known_events.{{ column }}), '') as {{ column }},
        {% endfor -%}
        {{ url_host('known_events.referrer_url') }} as referrer_host,
        replace(coalesce({{ url_host('known_events.page_url') }}, ''), 'www.', '') as page_host
    from known_events
    where {{ names_a_source('known_events') }}
),

-- a referrer of our own site, or of a sister host of it, is not where the visit came from
visits as (
    select
        hosts.lead_key,
        hosts.event_id,
        hosts.occurred_at,
        {% for column in utm_columns -%}
        hosts.{{ column }},
        {% endfor -%}
        case
            when replace(hosts.referrer_host, 'www.', '') = hosts.page_host then null
            when hosts.page_host <> '' and hosts.referrer_host like '%.' || hosts.page_host then null
            when hosts.page_host like '%.' || replace(hosts.referrer_host, 'www.', '') then null
            else hosts.referrer_host
        end as referrer_host
    from hosts
),

telling_visits as (
    select
        visits.*,
        row_number() over (
            partition by visits.lead_key
            order by visits.occurred_at, visits.event_id
        ) as visit_rank
    from visits
    where
        coalesce(
            visits.utm_source, visits.utm_medium, visits.utm_campaign, visits.utm_content, visits.utm_term,
            visits.referrer_host
        ) is not null
),

own_columns as (
    select leads.*
    from leads
    where
        coalesce(leads.utm_source, leads.utm_medium, leads.utm_campaign, leads.utm_content, leads.utm_term)
        is not null
),

-- the event that brought the columns into the CRM is the same touch, told twice
own_visit_ranks as (
    select
        own_columns.lead_key,
        min(telling_visits.visit_rank) as visit_rank
    from own_columns
    inner join telling_visits
        on
            own_columns.lead_key = telling_visits.lead_key
            and own_columns.created_at >= telling_visits.occurred_at
            {% for column in utm_columns -%}
            and coalesce(own_columns.{{ column }}, '') = coalesce(telling_visits.{{ column }}, '')
            {% endfor %}
    group by own_columns.lead_key
),

-- the lead's own columns speak first, all of them together; a mixture would be a touch nobody made
own_touches as (
    select
        own_columns.lead_key,
        telling_visits.event_id,
        coalesce(telling_visits.occurred_at, own_columns.created_at) as touched_at,
        true as is_first,
        {% for column in utm_columns -%}
        own_columns.{{ column }},
        {% endfor -%}
        cast(null as {{ dbt.type_string() }}) as referrer_host
    from own_columns
    left join own_visit_ranks
        on own_columns.lead_key = own_visit_ranks.lead_key
    left join telling_visits
        on
            own_visit_ranks.lead_key = telling_visits.lead_key
            and own_visit_ranks.visit_rank = telling_visits.visit_rank
),

visit_touches as (
    select
        telling_visits.lead_key,
        telling_visits.event_id,
        telling_visits.occurred_at as touched_at,
        own_touches.lead_key is null and telling_visits.visit_rank = 1 as is_first,
        {% for column in utm_columns -%}
        telling_visits.{{ column }},
        {% endfor -%}
        telling_visits.referrer_host
    from telling_visits
    left join own_touches
        on telling_visits.lead_key = own_touches.lead_key
    where own_touches.event_id is null or telling_visits.event_id <> own_touches.event_id
),

all_touches as (
    select own_touches.*
    from own_touches
    union all
    select visit_touches.*
    from visit_touches
),

-- in the order of time; at one instant the lead's own columns, which have no event, come before any event
touches_numbered as (
    select
        all_touches.*,
        row_number() over (
            partition by all_touches.lead_key
            order by
                all_touches.touched_at,
                case when all_touches.event_id is null then 0 else 1 end,
                all_touches.event_id
        ) as touch_number
    from all_touches
),

-- each distinct value is matched once, whoever brought it
values_seen as (
    {%- for column in ['utm_medium', 'utm_source', 'referrer_host'] %}
    select distinct
        '{{ column }}' as match_on,
        {{ comparable_text('touches_numbered.' ~ column) }} as seen_value
    from touches_numbered
    where {{ comparable_text('touches_numbered.' ~ column) }} is not null
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

value_ranks as (
    select
        values_seen.match_on,
        values_seen.seen_value,
        min(channel_rules.rule_rank) as rule_rank
    from values_seen
    inner join channel_rules
        on values_seen.match_on = channel_rules.match_on
    where {{ rule_matches('values_seen.seen_value', 'channel_rules') | indent(4) }}
    group by values_seen.match_on, values_seen.seen_value
),

touch_ranks as (
    select
        touches_numbered.lead_key,
        touches_numbered.touch_number,
        min(value_ranks.rule_rank) as rule_rank
    from touches_numbered
    inner join value_ranks
        on
            (
                value_ranks.match_on = 'utm_medium'
                and {{ comparable_text('touches_numbered.utm_medium') }} = value_ranks.seen_value
            )
            or (
                value_ranks.match_on = 'utm_source'
                and {{ comparable_text('touches_numbered.utm_source') }} = value_ranks.seen_value
            )
            or (
                value_ranks.match_on = 'referrer_host'
                and touches_numbered.referrer_host = value_ranks.seen_value
            )
    group by touches_numbered.lead_key, touches_numbered.touch_number
),

touches as (
    select
        touches_numbered.lead_key,
        touches_numbered.touch_number,
        touches_numbered.event_id,
        touches_numbered.touched_at,
        touches_numbered.is_first,
        {% for column in utm_columns -%}
        touches_numbered.{{ column }},
        {% endfor -%}
        touches_numbered.referrer_host,
        touch_ranks.rule_rank
    from touches_numbered
    left join touch_ranks
        on
            touches_numbered.lead_key = touch_ranks.lead_key
            and touches_numbered.touch_number = touch_ranks.touch_number
)

select * from touches
