-- Time passing and definitions changing never qualify anyone; acting does. Of those whom this run recomputed.
with

computed_entries as (
    select entries.*
    from {{ ref('fct_lead_stages') }} as entries
    where
        entries.criterion_id is not null
        and entries.lead_id in (select touched.lead_id from {{ ref('int_touched_leads') }} as touched)
),

credits as (
    select distinct
        ledger.definition_id,
        ledger.lead_id,
        ledger.entry_at
    from {{ ref('fct_score_ledger') }} as ledger
    where
        ledger.entry_kind = 'credit'
        and ledger.points > 0
        and ledger.lead_id in (select touched.lead_id from {{ ref('int_touched_leads') }} as touched)
),

definitions as (
    select * from {{ ref('stg_definitions') }}
),

unprompted as (
    select
        computed_entries.lead_id,
        computed_entries.cycle,
        computed_entries.stage,
        computed_entries.observed_at
    from computed_entries
    left join credits
        on
            computed_entries.definition_id = credits.definition_id
            and computed_entries.lead_id = credits.lead_id
            and computed_entries.observed_at = credits.entry_at
    left join definitions
        on
            computed_entries.definition_id = definitions.definition_id
            and definitions.is_official
            and (
                definitions.effective_from is null
                or computed_entries.observed_at >= definitions.effective_from
            )
            and (definitions.effective_to is null or computed_entries.observed_at < definitions.effective_to)
    where credits.entry_at is null or definitions.definition_id is null
)

select * from unprompted
