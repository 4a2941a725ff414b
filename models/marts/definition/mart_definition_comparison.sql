{#- whose fate is told: of all that a definition picks, and of those that no other one does -#}
{%- set groups = {'': 'judged.is_mql', 'only_this_': 'judged.is_only_this'} -%}
{%- set fates = {
    'accepted': 'judged.is_accepted',
    'won': 'judged.is_won',
    'mature_mqls': 'judged.is_mature',
    'mature_won': 'judged.is_mature_won',
} -%}
{%- set measures = {
    'acceptance': ['accepted', 'mqls'],
    'win': ['won', 'mqls'],
    'mature_win': ['mature_won', 'mature_mqls'],
} -%}
with

definitions as (
    select * from {{ ref('stg_definitions') }}
),

stages as (
    select * from {{ ref('stg_stages') }}
),

scores as (
    select * from {{ ref('fct_lead_scores') }}
),

entries as (
    select * from {{ ref('int_stage_entries') }}
),

as_of as (
    select * from {{ ref('stg_as_of') }}
),

customer_stage as (
    select stages.horizon_days
    from stages
    where stages.stage = 'customer'
),

-- sal or higher: every stage above mql, those of the product track aside
sales_entries as (
    select
        entries.lead_id,
        entries.stage,
        entries.reached_at
    from entries
    inner join stages as mql_stage
        on
            mql_stage.stage = 'mql'
            and entries.rank > mql_stage.rank
    where not entries.is_product_track
),

definition_counts as (
    select count(*) as definitions_asked
    from definitions
),

-- a lead becomes the MQL of a definition once, whoever was official then
picked as (
    select
        scores.definition_id,
        scores.lead_id,
        scores.first_qualified_at,
        {{ dbt.date_trunc('month', 'scores.first_qualified_at') }} as qualified_month,
        {{ dbt.dateadd('day', 'customer_stage.horizon_days', 'scores.first_qualified_at') }} as mature_at,
        count(*) over (partition by scores.lead_id) as definitions_agreed,
        definition_counts.definitions_asked
    from scores
    cross join customer_stage
    cross join definition_counts
    where
        scores.first_qualified_at is not null
        and not {{ is_before_tracking('scores.first_qualified_at', var('tracking_started_at')) }}
),

-- what sales did with the lead afterwards, in whichever cycle, and whether it had the lead before
followed as (
    select
        picked.definition_id,
        picked.lead_id,
        max(case when sales_entries.reached_at < picked.first_qualified_at then 1 else 0 end) as is_late,
        max(case when sales_entries.reached_at >= picked.first_qualified_at then 1 else 0 end) as is_accepted,
        min(
            case
                when
                    sales_entries.stage = 'customer'
                    and sales_entries.reached_at >= picked.first_qualified_at
                    then sales_entries.reached_at
            end
        ) as won_at
    from picked
    left join sales_entries
        on picked.lead_id = sales_entries.lead_id
    group by picked.definition_id, picked.lead_id
),

judged as (
    select
        picked.definition_id,
        picked.qualified_month,
        1 as is_mql,
        case when picked.definitions_agreed > 1 then 1 else 0 end as is_also_another,
        case
            when picked.definitions_agreed > 1 and picked.definitions_agreed = picked.definitions_asked then 1
            else 0
        end as is_also_every_other,
        case when picked.definitions_agreed = 1 then 1 else 0 end as is_only_this,
        followed.is_late,
        followed.is_accepted,
        case when followed.won_at is not null then 1 else 0 end as is_won,
        case when picked.mature_at <= as_of.as_of then 1 else 0 end as is_mature,
        case
            when picked.mature_at <= as_of.as_of and followed.won_at <= picked.mature_at then 1
            else 0
        end as is_mature_won
    from picked
    inner join followed
        on
            picked.definition_id = followed.definition_id
            and picked.lead_id = followed.lead_id
    cross join as_of
),

months as (
    select
        judged.qualified_month,
        max(
            case
                when
                    {{ dbt.dateadd(
                        'day', 'customer_stage.horizon_days', dbt.dateadd('month', 1, 'judged.qualified_month')
                    ) }} <= as_of.as_of
                    then 1
                else 0
            end
        ) as is_mature
    from judged
    cross join customer_stage
    cross join as_of
    group by judged.qualified_month
),

-- Every definition has a row for every month: that it picks nobody says something too. The row of all months
-- together bears none.
periods as (
    select
        definitions.definition_id,
        definitions.is_official,
        months.qualified_month as shown_month,
        months.qualified_month,
        months.is_mature
    from definitions
    cross join months
    union all
    select
        definitions.definition_id,
        definitions.is_official,
        cast(null as {{ dbt.type_timestamp() }}) as shown_month,
        months.qualified_month,
        months.is_mature
    from definitions
    cross join months
),

sums as (
    select
        periods.definition_id,
        periods.is_official,
        periods.shown_month,
        min(periods.is_mature) as is_mature,
        {%- for group, is_counted in groups.items() %}
        {{ whole_sum('coalesce(' ~ is_counted ~ ', 0)') }} as {{ group }}mqls,
        {%- for fate, is_true in fates.items() %}
        {{ whole_sum('coalesce(' ~ is_counted ~ ' * ' ~ is_true ~ ', 0)') }} as {{ group }}{{ fate }},
        {%- endfor %}
        {%- endfor %}
        {{ whole_sum('coalesce(judged.is_also_another, 0)') }} as also_by_another,
        {{ whole_sum('coalesce(judged.is_also_every_other, 0)') }} as also_by_every_other,
        {{ whole_sum('coalesce(judged.is_late, 0)') }} as late_mqls
    from periods
    left join judged
        on
            periods.definition_id = judged.definition_id
            and periods.qualified_month = judged.qualified_month
    group by periods.definition_id, periods.is_official, periods.shown_month
),

comparison as (
    select
        sums.definition_id,
        sums.is_official,
        cast(sums.shown_month as date) as first_qualified_month,
        sums.mqls,
        sums.also_by_another,
        sums.also_by_every_other,
        sums.only_this_mqls,
        sums.late_mqls,
        {%- for group in groups %}
        {%- for fate in fates %}
        sums.{{ group }}{{ fate }},
        {%- endfor %}
        {%- for measure, parts in measures.items() %}
        {%- set counted, whole = 'sums.' ~ group ~ parts[0], 'sums.' ~ group ~ parts[1] %}
        {{ rate(counted, whole) }} as {{ group }}{{ measure }}_rate,
        {{ wilson_bound(counted, whole, 'low') }} as {{ group }}{{ measure }}_low,
        {{ wilson_bound(counted, whole, 'high') }} as {{ group }}{{ measure }}_high,
        {%- endfor %}
        {%- endfor %}
        sums.is_mature = 1 as is_mature,
        sums.mqls < {{ var('min_sample') }} as is_small_sample
    from sums
)

select * from comparison
