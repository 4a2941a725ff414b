with

source as (
    select * from {{ ref('stage_criteria') }}
),

typed as (
    select
        trim(source.definition_id) as definition_id,
        trim(source.stage) as stage,
        trim(source.criterion_id) as criterion_id,
        cast(trim(source.priority) as integer) as priority,
        cast(trim(source.min_fit_score) as integer) as min_fit_score,
        cast(trim(source.min_intent_score) as integer) as min_intent_score,
        cast(trim(source.min_product_score) as integer) as min_product_score,
        cast(trim(source.min_total_score) as integer) as min_total_score,
        trim(source.required_rules) as required_rules,
        trim(source.reason) as reason,
        row_number() over (
            partition by trim(source.definition_id), trim(source.stage)
            order by cast(trim(source.priority) as integer), trim(source.criterion_id)
        ) as criterion_rank
    from source
)

select * from typed
