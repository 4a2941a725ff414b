with

source as (
    select * from {{ ref('axes') }}
),

typed as (
    select
        trim(source.definition_id) as definition_id,
        trim(source.axis) as axis,
        cast(trim(source.min_score) as integer) as min_score,
        cast(trim(source.max_score) as integer) as max_score
    from source
)

select * from typed
