{#- kept from the run before, as it left it; not there in the first -#}
{%- set told_streaks = this.incorporate(path={'identifier': 'int_told_streaks'})
    if keeps_earlier_rows() and this else none -%}
with

news as (
    select * from {{ ref('int_news') }}
),

new_events as (
    select * from {{ ref('int_new_events') }}
),

-- the same id may have come before with another payload, and have been somebody else's
redelivered_events as (
    select * from {{ ref('int_redelivered_events') }}
),

identifications as (
    select * from {{ ref('int_identifications') }}
),

identifying_events as (
    select * from {{ ref('int_identifying_events') }}
),

leads as (
    select * from {{ ref('stg_leads') }}
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

everyone as (
    select leads.lead_id
    from leads
    cross join news
    where news.is_everything_new
),

new_versions as (
    select leads.lead_id
    from leads
    cross join news
    where
        {{ is_news('leads', 'version_at') }}
        or (leads.created_at > news.from_as_of and leads.created_at <= news.to_as_of)
),

new_events_owned as (
    select
        new_events.lead_id,
        new_events.occurred_at,
        new_events.is_telling
    from new_events
    where new_events.is_used and new_events.lead_id is not null
    union all
    select
        identifications.lead_id,
        new_events.occurred_at,
        new_events.is_telling
    from new_events
    inner join identifications
        on {{ is_within_spell('new_events', 'identifications') | indent(8) }}
    where new_events.is_used and new_events.lead_id is null
),

-- an e-mail sent changes no streak that was told before it; one told at it or later it may have parted
{% if told_streaks -%}
streaks_parted as (
    select new_events_owned.lead_id
    from new_events_owned
    inner join {{ told_streaks }} as told
        on new_events_owned.lead_id = told.lead_id
    where
        not new_events_owned.is_telling
        and (told.has_open_without_send or new_events_owned.occurred_at <= told.last_told_at)
),
{%- endif %}

-- An identification moves events of its anonymous id where a stretch begins with it, or where it is not of
-- the lead that the id then stands for. One of the same lead within a stretch changes nothing, unless another
-- lead was named at the same instant.
moved_ids as (
    select new_events.anonymous_id
    from new_events
    left join identifications
        on {{ is_within_spell('new_events', 'identifications') | indent(8) }}
    where
        new_events.anonymous_id is not null
        and new_events.lead_id is not null
        and (
            identifications.lead_id is null
            or new_events.lead_id <> identifications.lead_id
            or new_events.occurred_at <= identifications.identified_at
        )
    union
    select new_events.anonymous_id
    from new_events
    inner join identifying_events
        on
            new_events.anonymous_id = identifying_events.anonymous_id
            and new_events.occurred_at = identifying_events.identified_at
    where new_events.lead_id <> identifying_events.lead_id
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
        {{ is_news('stage_changes', 'changed_at') }}
),

new_opportunities as (
    select opportunities.opportunity_id
    from opportunities
    cross join news
    where
        {{ is_news('opportunities', 'created_at') }}
        or (opportunities.closed_at > news.from_as_of and opportunities.closed_at <= news.to_as_of)
),

new_accounts as (
    select accounts.account_domain
    from accounts
    cross join news
    where
        {{ is_news('accounts', 'version_at') }}
),

touched as (
    select everyone.lead_id
    from everyone
    union
    select new_versions.lead_id
    from new_versions
    union
    select new_events_owned.lead_id
    from new_events_owned
    where new_events_owned.is_telling
    {%- if told_streaks %}
    union
    select streaks_parted.lead_id
    from streaks_parted
    {%- endif %}
    union
    select redelivered_events.lead_id
    from redelivered_events
    where redelivered_events.lead_id is not null
    union
    -- everyone whom an anonymous id ever stood for, by any payload
    select events.lead_id
    from {{ ref('stg_events') }} as events
    where
        events.lead_id is not null
        and events.anonymous_id in (select moved_ids.anonymous_id from moved_ids)
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
