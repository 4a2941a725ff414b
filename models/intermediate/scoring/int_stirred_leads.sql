with

news as (
    select * from {{ ref('int_news') }}
),

stages as (
    select * from {{ ref('stg_stages') }}
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

-- who was created, or entered a stage, a horizon ago is old enough now: said of the moment that many days ago
lead_horizons as (
    select distinct
        {{ dbt.dateadd('day', '-stages.horizon_days', 'news.from_as_of') }} as from_created_at,
        {{ dbt.dateadd('day', '-stages.horizon_days', 'news.to_as_of') }} as to_created_at
    from stages
    cross join news
    where stages.horizon_days is not null
),

step_horizons as (
    select distinct
        stage_pairs.from_stage,
        {{ dbt.dateadd('day', '-stage_pairs.horizon_days', 'news.from_as_of') }} as from_observed_at,
        {{ dbt.dateadd('day', '-stage_pairs.horizon_days', 'news.to_as_of') }} as to_observed_at
    from {{ ref('int_stage_pairs') }} as stage_pairs
    cross join news
    where stage_pairs.horizon_days is not null
),

matured as (
    select register.lead_id
    from {{ ref('int_lead_register') }} as register
    inner join lead_horizons
        on
            register.created_at > lead_horizons.from_created_at
            and register.created_at <= lead_horizons.to_created_at
    union
    select entries.lead_id
    from {{ ref('int_stage_entries') }} as entries
    inner join step_horizons
        on
            entries.stage = step_horizons.from_stage
            and entries.observed_at > step_horizons.from_observed_at
            and entries.observed_at <= step_horizons.to_observed_at
),

-- where another definition decides than at the moment before, every lead shows the scores of another
turned as (
    select register.lead_id
    from {{ ref('int_lead_register') }} as register
    where exists (
        select 1
        from {{ ref('stg_definitions') }} as definitions
        cross join news
        where
            definitions.is_official
            and (
                (
                    definitions.effective_from > news.from_as_of
                    and definitions.effective_from <= news.to_as_of
                )
                or (
                    definitions.effective_to > news.from_as_of
                    and definitions.effective_to <= news.to_as_of
                )
            )
    )
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
    union
    select turned.lead_id
    from turned
)

select * from stirred
