{{
    config(
        materialized='incremental',
        pre_hook="{{ forget('lead_id', 'int_new_events') }}"
    )
}}

with

news as (
    select * from {{ ref('int_news') }}
),

-- one of the two is empty: the news, or the run in which everything is
named as (
    select new_events.lead_id
    from {{ ref('int_new_events') }} as new_events
    where new_events.lead_id is not null
    union all
    select events.lead_id
    from {{ ref('stg_events') }} as events
    cross join news
    where news.is_everything_new and events.lead_id is not null
),

named_leads as (
    select distinct named.lead_id
    from named
)

select * from named_leads
