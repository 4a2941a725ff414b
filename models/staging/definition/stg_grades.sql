with

source as (
    select * from {{ ref('grades') }}
),

typed as (
    select
        trim(source.definition_id) as definition_id,
        trim(source.axis) as axis,
        trim(source.grade) as grade,
        cast(trim(source.min_score) as integer) as min_score
    from source
)

select * from typed
