with

definitions as (
    select * from {{ ref('stg_definitions') }}
),

scores as (
    select * from {{ ref('fct_lead_scores') }}
),

entries as (
    select * from {{ ref('int_stage_entries') }}
),

stages as (
    select * from {{ ref('stg_stages') }}
),

as_of as (
    select * from {{ ref('stg_as_of') }}
),

-- what sales reports of a lead it has taken on: every stage above mql but those of the product track
sales_stages as (
    select stages.stage
    from stages
    inner join stages as mql_stage
        on
            mql_stage.stage = 'mql'
            and stages.rank > mql_stage.rank
    where not stages.is_product_track
),

customer_stage as (
    select stages.horizon_days
    from stages
    where stages.stage = 'customer'
),

mqls as (
    select
        scores.definition_id,
        scores.lead_id,
        scores.first_qualified_at,
        cast({{ dbt.date_trunc('month', 'scores.first_qualified_at') }} as date) as qualified_month,
        count(*) over (partition by scores.lead_id) as definitions_agreed,
        definition_counts.definitions_asked
    from scores
    cross join (select count(*) as definitions_asked from definitions) as definition_counts
    where scores.first_qualified_at is not null
),

-- what came of the lead afterwards, in whichever cycle, and what sales had done with it before
fates as (
    select
        mqls.definition_id,
        mqls.lead_id,
        max(case when entries.reached_at < mqls.first_qualified_at then 1 else 0 end) as was_late,
        max(case when entries.reached_at >= mqls.first_qualified_at then 1 else 0 end) as was_accepted,
        min(
            case
                when entries.stage = 'customer' and entries.reached_at >= mqls.first_qualified_at
                    then entries.reached_at
            end
        ) as won_at
    from mqls
    inner join entries
        on mqls.lead_id = entries.lead_id
    inner join sales_stages
        on entries.stage = sales_stages.stage
    group by mqls.definition_id, mqls.lead_id
),

judged as (
    select
        mqls.definition_id,
        mqls.qualified_month,
        1 as is_mql,
        case when mqls.definitions_agreed > 1 then 1 else 0 end as is_also_another,
        case
            when mqls.definitions_agreed > 1 and mqls.definitions_agreed = mqls.definitions_asked then 1
            else 0
        end as is_also_every_other,
        case when mqls.definitions_agreed = 1 then 1 else 0 end as is_only_this,
        coalesce(fates.was_late, 0) as is_late,
        coalesce(fates.was_accepted, 0) as is_accepted,
        case when fates.won_at is not null then 1 else 0 end as is_won,
        case when mature.mature_at <= as_of.as_of then 1 else 0 end as is_mature
    from mqls
    cross join as_of
)

select * from judged
