with

leads as (
    select * from {{ ref('int_leads') }}
),

reports as (
    select * from {{ ref('int_sales_reports') }}
),

-- of several outcomes at one instant the alphabetically first names the end
outcomes as (
    select
        reports.lead_key,
        reports.reported_at as ended_at,
        min(reports.outcome) as outcome
    from reports
    inner join leads
        on reports.lead_key = leads.lead_key
    where reports.outcome is not null and reports.reported_at >= leads.created_at
    group by reports.lead_key, reports.reported_at
),

ended_spells as (
    select
        outcomes.lead_key,
        row_number() over (partition by outcomes.lead_key order by outcomes.ended_at) as spell_number,
        lag(outcomes.ended_at) over (partition by outcomes.lead_key order by outcomes.ended_at) as started_at,
        outcomes.ended_at,
        outcomes.outcome
    from outcomes
),

open_spells as (
    select
        leads.lead_key,
        count(outcomes.ended_at) + 1 as spell_number,
        max(outcomes.ended_at) as started_at,
        cast(null as {{ dbt.type_timestamp() }}) as ended_at,
        cast(null as {{ dbt.type_string() }}) as outcome
    from leads
    left join outcomes
        on leads.lead_key = outcomes.lead_key
    group by leads.lead_key
),

spells as (
    select * from ended_spells
    union all
    select * from open_spells
)

select * from spells
