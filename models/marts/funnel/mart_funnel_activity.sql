{%- set dimensions = ['channel', 'lead_source'] -%}
{%- set outcomes = ['rejected', 'recycled', 'disqualified', 'lost'] -%}
{%- set counts = ['entries', 'inferred_entries', 'untracked_entries', 'exits', 'moved_on'] + outcomes -%}
with

stays as (
    select * from {{ ref('int_stage_stays') }}
),

leads as (
    select * from {{ ref('dim_leads') }}
),

months as (
    select * from {{ ref('int_months') }}
),

stages as (
    select * from {{ ref('stg_stages') }}
),

stays_of_leads as (
    select
        {% for dimension in dimensions -%}
        leads.{{ dimension }},
        {% endfor -%}
        stays.*
    from stays
    inner join leads
        on stays.lead_id = leads.lead_id
),

-- a stay moves the balance twice: in the month it began, and in the month it ended
movements as (
    select
        {% for dimension in dimensions -%}
        stays_of_leads.{{ dimension }},
        {% endfor -%}
        cast({{ dbt.date_trunc('month', 'stays_of_leads.entered_at') }} as date) as month_date,
        1 as entries,
        case when stays_of_leads.is_inferred then 1 else 0 end as inferred_entries,
        case when stays_of_leads.is_before_tracking then 1 else 0 end as untracked_entries,
        0 as exits,
        0 as moved_on,
        {% for outcome in outcomes -%}
        0 as {{ outcome }},
        {% endfor -%}
        stays_of_leads.stage
    from stays_of_leads
    union all
    select
        {% for dimension in dimensions -%}
        stays_of_leads.{{ dimension }},
        {% endfor -%}
        cast({{ dbt.date_trunc('month', 'stays_of_leads.left_at') }} as date) as month_date,
        0 as entries,
        0 as inferred_entries,
        0 as untracked_entries,
        1 as exits,
        case when stays_of_leads.left_by = 'moved_on' then 1 else 0 end as moved_on,
        {% for outcome in outcomes -%}
        case when stays_of_leads.left_by = '{{ outcome }}' then 1 else 0 end as {{ outcome }},
        {% endfor -%}
        stays_of_leads.stage
    from stays_of_leads
    where stays_of_leads.left_at is not null
),

-- counted once for stays alike in every dimension: far fewer than stays
movements_of_alike as (
    select
        {% for dimension in dimensions -%}
        movements.{{ dimension }},
        {% endfor -%}
        movements.month_date,
        {% for count in counts -%}
        {{ whole_sum('movements.' ~ count) }} as {{ count }},
        {% endfor -%}
        movements.stage
    from movements
    group by movements.{{ dimensions | join(', movements.') }}, movements.month_date, movements.stage
),

by_dimension as (
    {{ by_dimension('movements_of_alike', dimensions) }}
),

dimension_values as (
    select distinct
        by_dimension.dimension,
        by_dimension.dimension_value
    from by_dimension
),

-- months without movement, and stages nobody is in, are there
facts as (
    select
        by_dimension.month_date,
        by_dimension.dimension,
        by_dimension.dimension_value,
        {% for count in counts -%}
        by_dimension.{{ count }},
        {% endfor -%}
        by_dimension.stage
    from by_dimension
    union all
    select
        months.month_date,
        dimension_values.dimension,
        dimension_values.dimension_value,
        {% for count in counts -%}
        0 as {{ count }},
        {% endfor -%}
        stages.stage
    from months
    cross join dimension_values
    cross join stages
),

totals as (
    select
        facts.month_date,
        facts.dimension,
        facts.dimension_value,
        {% for count in counts -%}
        {{ whole_sum('facts.' ~ count) }} as {{ count }},
        {% endfor -%}
        facts.stage
    from facts
    group by facts.month_date, facts.dimension, facts.dimension_value, facts.stage
),

balances as (
    select
        totals.*,
        cast(sum(totals.entries - totals.exits) over (
            partition by totals.dimension, totals.dimension_value, totals.stage
            order by totals.month_date
            rows between unbounded preceding and current row
        ) as bigint) as closing_balance
    from totals
),

activity as (
    select
        balances.month_date as period_month,
        balances.dimension,
        balances.dimension_value,
        balances.stage,
        stages.rank,
        balances.closing_balance - balances.entries + balances.exits as opening_balance,
        {% for count in counts -%}
        balances.{{ count }},
        {% endfor -%}
        balances.closing_balance,
        months.is_partial_month
    from balances
    inner join months
        on balances.month_date = months.month_date
    inner join stages
        on balances.stage = stages.stage
)

select * from activity
