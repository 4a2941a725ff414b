with

source as (
    select * from {{ ref('event_rules') }}
),

typed as (
    select
        trim(source.definition_id) as definition_id,
        trim(source.rule_id) as rule_id,
        trim(source.axis) as axis,
        trim(source.group_id) as group_id,
        trim(source.event_type) as event_type,
        trim(source.property) as property,
        {{ rule_value_columns('source') }},
        cast(trim(source.points) as integer) as points,
        cast(trim(source.max_points) as integer) as max_points,
        trim(source.decay_id) as decay_id,
        trim(source.distinct_by) as distinct_by,
        cast(trim(source.min_count) as integer) as min_count,
        cast(trim(source.within_days) as integer) as within_days,
        cast(trim(source.limit_count) as integer) as limit_count,
        lower(trim(source.limit_period)) as limit_period,
        trim(source.reason) as reason
    from source
)

select * from typed
