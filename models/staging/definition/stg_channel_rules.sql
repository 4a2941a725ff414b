with

source as (
    select * from {{ ref('channel_rules') }}
),

typed as (
    select
        cast(trim(source.priority) as integer) as priority,
        trim(source.channel) as channel,
        lower(trim(source.match_on)) as match_on,
        {{ rule_value_columns('source') }},
        trim(source.reason) as reason,
        row_number() over (
            order by
                cast(trim(source.priority) as integer), trim(source.channel), trim(source.match_on),
                trim(source.operator), trim(source.value)
        ) as rule_rank
    from source
)

select * from typed
