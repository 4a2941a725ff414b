with

news as (
    select * from {{ ref('int_news') }}
),

touched as (
    select touched_leads.lead_id
    from {{ ref('int_touched_leads') }} as touched_leads
),

-- the passing of time alone: an entry written long ago comes to count, or ceases to where as-of goes back
aged as (
    select ledger.lead_id
    from {{ ref('fct_score_ledger') }} as ledger
    cross join news
    where ledger.entry_at > news.from_as_of and ledger.entry_at <= news.to_as_of
),

matured as (
    select fates.lead_id
    from {{ ref('int_lead_fates') }} as fates
    cross join news
    where fates.mature_at > news.from_as_of and fates.mature_at <= news.to_as_of
),

stirred as (
    select touched.lead_id
    from touched
    union
    select aged.lead_id
    from aged
    union
    select matured.lead_id
    from matured
)

select * from stirred
