with

source as (
    select * from {{ ref('definition_aspects') }}
),

typed as (
    select
        lower(trim(source.aspect)) as aspect,
        lower(trim(source.rule_kind)) as rule_kind,
        trim(source.attribute) as attribute,
        trim(source.reason) as reason
    from source
)

select * from typed
