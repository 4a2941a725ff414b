with

source as (
    select * from {{ ref('rule_groups') }}
),

typed as (
    select
        trim(source.definition_id) as definition_id,
        trim(source.axis) as axis,
        trim(source.group_id) as group_id,
        cast(trim(source.min_points) as integer) as min_points,
        cast(trim(source.max_points) as integer) as max_points,
        trim(source.reason) as reason
    from source
)

select * from typed
