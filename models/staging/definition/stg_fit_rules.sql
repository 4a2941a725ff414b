with

source as (
    select * from {{ ref('fit_rules') }}
),

typed as (
    select
        trim(source.definition_id) as definition_id,
        trim(source.rule_id) as rule_id,
        trim(source.group_id) as group_id,
        trim(source.attribute) as attribute,
        {{ rule_value_columns('source') }},
        cast(trim(source.points) as integer) as points,
        cast(trim(source.max_points) as integer) as max_points,
        trim(source.reason) as reason
    from source
)

select * from typed
