with

mqls as (
    select * from {{ ref('int_mqls') }}
),

activities as (
    select * from {{ ref('int_sales_activities') }}
),

responses_ranked as (
    select
        mqls.lead_id,
        mqls.cycle,
        activities.acted_at,
        activities.activity_kind,
        row_number() over (
            partition by mqls.lead_id, mqls.cycle
            order by activities.acted_at asc, activities.activity_kind desc, activities.source_id asc
        ) as response_rank
    from mqls
    inner join activities
        on
            mqls.lead_id = activities.lead_id
            and mqls.mql_at <= activities.acted_at
),

-- an outcome ends work and begins none; what came of the cycle before is not held against this one
earlier_work as (
    select
        mqls.lead_id,
        mqls.cycle,
        min(activities.acted_at) as began_at
    from mqls
    inner join activities
        on
            mqls.lead_id = activities.lead_id
            and mqls.mql_at > activities.acted_at
            and (mqls.cycle_started_at is null or mqls.cycle_started_at < activities.acted_at)
    where activities.outcome is null
    group by mqls.lead_id, mqls.cycle
),

first_responses as (
    select
        mqls.lead_id,
        mqls.cycle,
        mqls.mql_at,
        responses_ranked.acted_at as first_response_at,
        responses_ranked.activity_kind as response_kind,
        mqls.is_inferred or earlier_work.began_at is not null as worked_before_mql
    from mqls
    left join responses_ranked
        on
            mqls.lead_id = responses_ranked.lead_id
            and mqls.cycle = responses_ranked.cycle
            and responses_ranked.response_rank = 1
    left join earlier_work
        on
            mqls.lead_id = earlier_work.lead_id
            and mqls.cycle = earlier_work.cycle
)

select * from first_responses
