{%- set statuses = ['met', 'missed', 'open', 'past_due'] -%}
{%- set measures = [
    'mqls', 'before_tracking', 'worked_before_mql', 'met', 'missed', 'open', 'past_due', 'without_sla', 'business_met',
    'business_missed', 'business_open', 'business_past_due', 'missed_in_month', 'past_due_at_month_end',
] -%}
with

clocks as (
    select
        clocks.*,
        routed_mqls.queue,
        routed_mqls.owner_id
    from {{ ref('int_sla_clocks') }} as clocks
    inner join {{ ref('int_routed_mqls') }} as routed_mqls
        on
            clocks.lead_id = routed_mqls.lead_id
            and clocks.cycle = routed_mqls.cycle
),

days as (
    select * from {{ ref('int_days') }}
),

as_of as (
    select * from {{ ref('stg_as_of') }}
),

days_at as (
    select cast(days.day_date as {{ dbt.type_timestamp() }}) as day_at
    from days
),

-- a month that is not over ends, for now, at as-of
months as (
    select distinct
        {{ dbt.date_trunc('month', 'days_at.day_at') }} as month_at,
        least(
            {{ dbt.dateadd('month', 1, dbt.date_trunc('month', 'days_at.day_at')) }}, as_of.as_of
        ) as ends_at
    from days_at
    cross join as_of
    where {{ dbt.date_trunc('month', 'days_at.day_at') }} < as_of.as_of
),

-- every MQL once, in the month it came in; one that was worked before, or came in before tracking began, has
-- no response time to speak of
entered as (
    select
        1 as mqls,
        case when clocks.is_before_tracking then 1 else 0 end as before_tracking,
        case when clocks.worked_before_mql and not clocks.is_before_tracking then 1 else 0 end
            as worked_before_mql,
        {%- for status in statuses %}
        case when clocks.is_timed and clocks.sla_status = '{{ status }}' then 1 else 0 end
            as {{ status }},
        {%- endfor %}
        case when clocks.is_timed and clocks.sla_status is null then 1 else 0 end
            as without_sla,
        {%- for status in statuses %}
        case
            when clocks.is_timed and clocks.business_sla_status = '{{ status }}' then 1
            else 0
        end as business_{{ status }},
        {%- endfor %}
        0 as missed_in_month,
        0 as past_due_at_month_end,
        {{ dbt.date_trunc('month', 'clocks.mql_at') }} as month_at,
        clocks.owner_id,
        clocks.queue,
        clocks.response_class
    from clocks
),

-- in the month its time ran out, answered later or never
missed as (
    select
        {% for measure in measures -%}
        {{ 1 if measure == 'missed_in_month' else 0 }} as {{ measure }},
        {% endfor -%}
        {{ dbt.date_trunc('month', 'clocks.due_at') }} as month_at,
        clocks.owner_id,
        clocks.queue,
        clocks.response_class
    from clocks
    where clocks.is_timed and clocks.sla_status in ('missed', 'past_due')
),

-- at the end of every month over which it hung
hanging as (
    select
        {% for measure in measures -%}
        {{ 1 if measure == 'past_due_at_month_end' else 0 }} as {{ measure }},
        {% endfor -%}
        months.month_at,
        clocks.owner_id,
        clocks.queue,
        clocks.response_class
    from clocks
    inner join months
        on
            clocks.due_at < months.ends_at
            and (clocks.first_response_at is null or clocks.first_response_at > months.ends_at)
    where clocks.is_timed
),

facts as (
    select * from entered
    union all
    select * from missed
    union all
    select * from hanging
),

totals as (
    select
        {% for measure in measures -%}
        {{ whole_sum('facts.' ~ measure) }} as {{ measure }},
        {% endfor -%}
        cast(facts.month_at as date) as period_month,
        facts.owner_id,
        facts.queue,
        facts.response_class
    from facts
    group by facts.month_at, facts.owner_id, facts.queue, facts.response_class
),

rated as (
    select
        totals.period_month,
        totals.owner_id,
        totals.queue,
        totals.response_class,
        totals.mqls,
        totals.before_tracking,
        totals.worked_before_mql,
        totals.met,
        totals.missed,
        totals.open,
        totals.past_due,
        totals.without_sla,
        {%- set due = '(totals.met + totals.missed + totals.past_due)' %}
        {{ rate('totals.met', due) }} as met_rate,
        {{ wilson_bound('totals.met', due, 'low') }} as met_low,
        {{ wilson_bound('totals.met', due, 'high') }} as met_high,
        totals.business_met,
        totals.business_missed,
        totals.business_open,
        totals.business_past_due,
        totals.missed_in_month,
        totals.past_due_at_month_end
    from totals
)

select * from rated
