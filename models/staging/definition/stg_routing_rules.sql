with

source as (
    select * from {{ ref('routing_rules') }}
),

typed as (
    select
        cast(trim(source.priority) as integer) as priority,
        trim(source.queue) as queue,
        nullif(trim(source.owner_id), '') as owner_id,
        {{ comparable_text('source.country') }} as country,
        {{ comparable_text('source.region') }} as region,
        {{ comparable_text('source.industry') }} as industry,
        cast(nullif(trim(source.min_employees), '') as bigint) as min_employees,
        cast(nullif(trim(source.max_employees), '') as bigint) as max_employees,
        trim(source.reason) as reason
    from source
),

ranked as (
    select
        typed.*,
        coalesce(typed.country, typed.region, typed.industry) is null
        and coalesce(typed.min_employees, typed.max_employees) is null as is_default,
        row_number() over (order by typed.priority, typed.queue) as rule_rank
    from typed
)

select * from ranked
