with

source as (
    select * from {{ ref('resets') }}
),

typed as (
    select
        trim(source.definition_id) as definition_id,
        lower(trim(source.trigger_type)) as trigger_type,
        case
            when lower(trim(source.trigger_type)) = 'event' then trim(source.trigger_value)
            else {{ comparable_text('source.trigger_value') }}
        end as trigger_value,
        trim(source.axis) as axis,
        trim(source.reason) as reason
    from source
)

select * from typed
