{%- set ends = {'opening': 'mql_at', 'closing': 'stops_at'} -%}
with

mqls as (
    select * from {{ ref('int_mqls') }}
),

responses as (
    select * from {{ ref('int_first_responses') }}
),

promises as (
    select *
    from {{ ref('stg_sla') }} as promises
    where promises.stage = 'mql'
),

response_classes as (
    select * from {{ ref('stg_response_classes') }}
),

shifts as (
    select * from {{ ref('int_working_shifts') }}
),

as_of as (
    select * from {{ ref('stg_as_of') }}
),

-- The promise that names the criterion stands before the one for any. Nothing was promised of an MQL from
-- before tracking began: when it became one is not known.
promises_ranked as (
    select
        mqls.lead_id,
        mqls.cycle,
        promises.minutes,
        row_number() over (
            partition by mqls.lead_id, mqls.cycle
            order by case when promises.criterion_id is null then 1 else 0 end
        ) as promise_rank
    from mqls
    inner join promises
        on promises.criterion_id is null or mqls.criterion_id = promises.criterion_id
    where not coalesce(mqls.is_before_tracking, false)
),

clocks as (
    select
        mqls.lead_id,
        mqls.cycle,
        mqls.mql_at,
        promises_ranked.minutes as sla_minutes,
        {{ dbt.dateadd('minute', 'promises_ranked.minutes', 'mqls.mql_at') }} as due_at,
        responses.first_response_at,
        responses.response_kind,
        responses.worked_before_mql,
        coalesce(mqls.is_before_tracking, false) as is_before_tracking,
        coalesce(responses.first_response_at, as_of.as_of) as stops_at,
        as_of.as_of
    from mqls
    inner join responses
        on
            mqls.lead_id = responses.lead_id
            and mqls.cycle = responses.cycle
    cross join as_of
    left join promises_ranked
        on
            mqls.lead_id = promises_ranked.lead_id
            and mqls.cycle = promises_ranked.cycle
            and promises_ranked.promise_rank = 1
),

classes_ranked as (
    select
        clocks.lead_id,
        clocks.cycle,
        response_classes.response_class,
        row_number() over (
            partition by clocks.lead_id, clocks.cycle
            order by response_classes.class_rank
        ) as fastest_rank
    from clocks
    inner join response_classes
        on
            response_classes.up_to_minutes is null
            or clocks.first_response_at
            <= {{ dbt.dateadd('minute', 'response_classes.up_to_minutes', 'clocks.mql_at') }}
    where clocks.first_response_at is not null
),

working_time as (
    select count(shifts.opens_at) as shift_count
    from shifts
),

-- working seconds from the first shift on: those of the shifts before, and of the one begun last
working_clocks as (
    select
        clocks.*,
        {{ dbt.datediff('clocks.mql_at', 'clocks.first_response_at', 'second') }}
            as response_seconds,
        {%- for end, moment in ends.items() %}
        {%- set opens_at = end ~ '_shifts.opens_at' %}
        {%- set stops_at = 'least(clocks.' ~ moment ~ ', ' ~ end ~ '_shifts.closes_at)' %}
        coalesce({{ end }}_shifts.seconds_before + {{ dbt.datediff(opens_at, stops_at, 'second') }}, 0)
            as {{ end }}_seconds,
        {%- endfor %}
        working_time.shift_count
    from clocks
    cross join working_time
    {%- for end, moment in ends.items() %}
    left join shifts as {{ end }}_shifts
        on
            clocks.{{ moment }} >= {{ end }}_shifts.opens_at
            and (
                {{ end }}_shifts.next_opens_at is null
                or clocks.{{ moment }} < {{ end }}_shifts.next_opens_at
            )
    {%- endfor %}
),

-- without working hours nobody knows how many of them have passed
business_clocks as (
    select
        working_clocks.*,
        case
            when working_clocks.shift_count > 0
                then working_clocks.closing_seconds - working_clocks.opening_seconds
        end as business_seconds
    from working_clocks
),

sla_clocks as (
    select
        business_clocks.lead_id,
        business_clocks.cycle,
        business_clocks.mql_at,
        business_clocks.sla_minutes,
        business_clocks.due_at,
        business_clocks.first_response_at,
        business_clocks.response_kind,
        business_clocks.worked_before_mql,
        business_clocks.is_before_tracking,
        not business_clocks.worked_before_mql and not business_clocks.is_before_tracking as is_timed,
        coalesce(classes_ranked.response_class, 'none') as response_class,
        business_clocks.response_seconds / cast(60 as {{ type_double() }}) as response_minutes,
        case
            when business_clocks.due_at is null then null
            when business_clocks.first_response_at <= business_clocks.due_at then 'met'
            when business_clocks.first_response_at is not null then 'missed'
            when business_clocks.as_of <= business_clocks.due_at then 'open'
            else 'past_due'
        end as sla_status,
        case
            when business_clocks.first_response_at is not null
                then business_clocks.business_seconds / cast(60 as {{ type_double() }})
        end as business_response_minutes,
        case
            when business_clocks.sla_minutes is null or business_clocks.business_seconds is null then null
            when business_clocks.business_seconds <= business_clocks.sla_minutes * 60
                then case when business_clocks.first_response_at is not null then 'met' else 'open' end
            when business_clocks.first_response_at is not null then 'missed'
            else 'past_due'
        end as business_sla_status
    from business_clocks
    left join classes_ranked
        on
            business_clocks.lead_id = classes_ranked.lead_id
            and business_clocks.cycle = classes_ranked.cycle
            and classes_ranked.fastest_rank = 1
)

select * from sla_clocks
