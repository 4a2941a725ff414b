with

entries as (
    select * from {{ ref('int_stage_entries') }}
),

mqls as (
    select * from {{ ref('int_mqls') }}
),

crossings as (
    select *
    from {{ ref('int_crossing_evidence') }} as crossings
    where crossings.stage = 'mql'
),

history as (
    select * from {{ ref('int_score_history') }}
),

scores as (
    select * from {{ ref('fct_lead_scores') }}
),

as_of as (
    select * from {{ ref('stg_as_of') }}
),

customers as (
    select distinct
        entries.lead_id,
        entries.cycle
    from entries
    where entries.stage = 'customer'
),

-- sold is what nobody has bought or sent back yet
open_mqls as (
    select mqls.*
    from mqls
    left join customers
        on
            mqls.lead_id = customers.lead_id
            and mqls.cycle = customers.cycle
    where mqls.cycle_ended_at is null and customers.lead_id is null
),

evidence as (
    select
        open_mqls.lead_id,
        open_mqls.cycle,
        open_mqls.mql_at,
        open_mqls.definition_id,
        open_mqls.criterion_id,
        open_mqls.fit_hundredths,
        open_mqls.intent_hundredths,
        open_mqls.product_hundredths,
        crossings.evidence as points_by_rule,
        case
            when open_mqls.definition_id is not null
                then coalesce(history.mql_criterion_id is not null, false)
        end as is_still_qualified,
        scores.cools_at
    from open_mqls
    cross join as_of
    left join crossings
        on
            open_mqls.lead_id = crossings.lead_id
            and open_mqls.cycle = crossings.cycle
    left join history
        on
            open_mqls.definition_id = history.definition_id
            and open_mqls.lead_id = history.lead_id
            and as_of.as_of >= history.scored_at
            and (history.next_scored_at is null or as_of.as_of < history.next_scored_at)
    left join scores
        on
            open_mqls.definition_id = scores.definition_id
            and open_mqls.lead_id = scores.lead_id
)

select * from evidence
