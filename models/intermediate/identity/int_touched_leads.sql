{#- the same rows of a table: those a later load brought, and those that as-of, moving, uncovers or hides -#}
{%- set is_touched -%}
    {0}.batch_number > news.last_batch_number
            or ({0}.{1} > news.from_as_of and {0}.{1} <= news.to_as_of)
{%- endset -%}
with

register as (
    select * from {{ ref('int_lead_register') }}
),

identifications as (
    select * from {{ ref('int_identifications') }}
),

leads as (
    select * from {{ ref('stg_leads') }}
),

events as (
    select * from {{ ref('stg_events') }}
),

stage_changes as (
    select * from {{ ref('stg_stage_changes') }}
),

opportunities as (
    select * from {{ ref('stg_opportunities') }}
),

accounts as (
    select * from {{ ref('stg_accounts') }}
),

-- One row where earlier rows can be kept: what was loaded since, or lies between the two as-ofs, is news.
-- No row where nothing is known of an earlier run, or the agreement has changed since.
news as (
    select
        state.last_batch_number,
        least(state.as_of, as_of.as_of) as from_as_of,
        greatest(state.as_of, as_of.as_of) as to_as_of
    from {{ ref('stg_refresh_state') }} as state
    cross join {{ ref('stg_as_of') }} as as_of
    where
        state.fingerprint = '{{ agreement_fingerprint() if execute }}'
        and 1 = {{ 1 if keeps_earlier_rows() else 0 }}
),

everyone as (
    select register.lead_id
    from register
    where not exists (select 1 from news)
),

new_versions as (
    select leads.lead_id
    from leads
    cross join news
    where
        {{ is_touched.replace('{0}', 'leads').replace('{1}', 'version_at') }}
        or (leads.created_at > news.from_as_of and leads.created_at <= news.to_as_of)
),

new_events as (
    select
        events.event_id,
        events.occurred_at,
        events.lead_id,
        events.anonymous_id
    from events
    cross join news
    where
        {{ is_touched.replace('{0}', 'events').replace('{1}', 'occurred_at') }}
),

-- the same id may have come before with another payload, and have been somebody else's
redelivered_events as (
    select
        events.lead_id,
        events.anonymous_id
    from events
    where events.event_id in (
        select new_events.event_id
        from new_events
        inner join events as deliveries
            on new_events.event_id = deliveries.event_id
        group by new_events.event_id
        having count(*) > 1
    )
),

-- an identification may move the events of its anonymous id: everyone it ever stood for is touched
moved_anonymous_ids as (
    select new_events.anonymous_id
    from new_events
    where new_events.lead_id is not null and new_events.anonymous_id is not null
    union
    select redelivered_events.anonymous_id
    from redelivered_events
    where redelivered_events.anonymous_id is not null
),

new_statuses as (
    select stage_changes.change_id
    from stage_changes
    cross join news
    where
        {{ is_touched.replace('{0}', 'stage_changes').replace('{1}', 'changed_at') }}
),

new_opportunities as (
    select opportunities.opportunity_id
    from opportunities
    cross join news
    where
        {{ is_touched.replace('{0}', 'opportunities').replace('{1}', 'created_at') }}
        or (opportunities.closed_at > news.from_as_of and opportunities.closed_at <= news.to_as_of)
),

new_accounts as (
    select accounts.account_domain
    from accounts
    cross join news
    where
        {{ is_touched.replace('{0}', 'accounts').replace('{1}', 'version_at') }}
),

touched as (
    select everyone.lead_id
    from everyone
    {%- if keeps_earlier_rows() and this %}
    union
    -- who is no longer seen must be forgotten too
    select kept.lead_id
    from {{ this.incorporate(path={'identifier': 'int_stage_entries'}) }} as kept
    where not exists (select 1 from news)
    {%- endif %}
    union
    select new_versions.lead_id
    from new_versions
    union
    select new_events.lead_id
    from new_events
    where new_events.lead_id is not null
    union
    select redelivered_events.lead_id
    from redelivered_events
    where redelivered_events.lead_id is not null
    union
    select identifications.lead_id
    from new_events
    inner join identifications
        on
            new_events.anonymous_id = identifications.anonymous_id
            and (identifications.valid_from is null or new_events.occurred_at >= identifications.valid_from)
            and (identifications.valid_to is null or new_events.occurred_at < identifications.valid_to)
    where new_events.lead_id is null
    union
    select events.lead_id
    from events
    where
        events.lead_id is not null
        and events.anonymous_id in (select moved_anonymous_ids.anonymous_id from moved_anonymous_ids)
    union
    select stage_changes.lead_id
    from stage_changes
    where stage_changes.change_id in (select new_statuses.change_id from new_statuses)
    union
    select opportunities.lead_id
    from opportunities
    where opportunities.opportunity_id in (select new_opportunities.opportunity_id from new_opportunities)
    union
    select leads.lead_id
    from leads
    where leads.account_domain in (select new_accounts.account_domain from new_accounts)
)

select * from touched
