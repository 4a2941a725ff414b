with

definitions as (
    select * from {{ ref('stg_definitions') }}
),

scores as (
    select * from {{ ref('fct_lead_scores') }}
),

fates as (
    select * from {{ ref('int_lead_fates') }}
),

-- where sales or an import reports the MQL, the definition names nobody, and has no recall to speak of
criteria_counts as (
    select
        criteria.definition_id,
        count(*) as mql_criteria
    from {{ ref('stg_stage_criteria') }} as criteria
    where criteria.stage = 'mql'
    group by criteria.definition_id
),

-- what was known before the deal was open speaks for the definition, what came later does not
judged as (
    select
        scores.definition_id,
        {{ dbt.date_trunc('month', 'fates.won_at') }} as won_month,
        fates.is_won,
        case when fates.is_won = 1 and scores.first_qualified_at < fates.opportunity_at then 1 else 0 end
            as is_met_before,
        case
            when
                fates.is_won = 1
                and scores.first_qualified_at < fates.opportunity_at
                and scores.first_qualified_at < fates.sales_at
                then 1
            else 0
        end as is_met_before_sales,
        case when fates.is_won = 1 and scores.first_qualified_at >= fates.opportunity_at then 1 else 0 end
            as is_met_late,
        case when fates.is_won = 1 and scores.first_qualified_at is null then 1 else 0 end as is_never_met,
        fates.is_mature * (1 - fates.is_won) as is_not_won,
        case
            when
                fates.is_mature = 1
                and fates.is_won = 0
                and scores.first_qualified_at < fates.judged_before
                then 1
            else 0
        end as is_not_won_met
    from scores
    inner join fates
        on scores.lead_id = fates.lead_id
),

months as (
    select distinct judged.won_month
    from judged
    where judged.won_month is not null
),

-- each win counts for its month and, with none, for all of them; who was not won has no month
counted as (
    select
        judged.*,
        judged.won_month as counted_month
    from judged
    where judged.is_won = 1
    union all
    select
        judged.*,
        cast(null as {{ dbt.type_timestamp() }}) as counted_month
    from judged
),

-- every definition has a row for every month, and the one of all together even before the first win
periods as (
    select
        definitions.definition_id,
        definitions.is_official,
        months.won_month
    from definitions
    cross join months
    union all
    select
        definitions.definition_id,
        definitions.is_official,
        cast(null as {{ dbt.type_timestamp() }}) as won_month
    from definitions
),

sums as (
    select
        periods.definition_id,
        periods.is_official,
        periods.won_month,
        {{ whole_sum('coalesce(counted.is_won, 0)') }} as won,
        {{ whole_sum('coalesce(counted.is_met_before, 0)') }} as met_before,
        {{ whole_sum('coalesce(counted.is_met_before_sales, 0)') }} as met_before_sales,
        {{ whole_sum('coalesce(counted.is_met_late, 0)') }} as met_late,
        {{ whole_sum('coalesce(counted.is_never_met, 0)') }} as never_met,
        case when periods.won_month is null then {{ whole_sum('coalesce(counted.is_not_won, 0)') }} end
            as not_won,
        case when periods.won_month is null then {{ whole_sum('coalesce(counted.is_not_won_met, 0)') }} end
            as not_won_met
    from periods
    left join counted
        on
            periods.definition_id = counted.definition_id
            and (
                periods.won_month = counted.counted_month
                or (periods.won_month is null and counted.counted_month is null)
            )
    group by periods.definition_id, periods.is_official, periods.won_month
),

sums_asked as (
    select
        sums.*,
        case when criteria_counts.mql_criteria > 0 then sums.won else 0 end as won_asked,
        case when criteria_counts.mql_criteria > 0 then sums.not_won else 0 end as not_won_asked
    from sums
    left join criteria_counts
        on sums.definition_id = criteria_counts.definition_id
),

backtest as (
    select
        sums_asked.definition_id,
        sums_asked.is_official,
        cast(sums_asked.won_month as date) as won_month,
        sums_asked.won,
        sums_asked.met_before,
        sums_asked.met_before_sales,
        sums_asked.met_late,
        sums_asked.never_met,
        {{ rate('sums_asked.met_before', 'sums_asked.won_asked') }} as recall_rate,
        {{ wilson_bound('sums_asked.met_before', 'sums_asked.won_asked', 'low') }} as recall_low,
        {{ wilson_bound('sums_asked.met_before', 'sums_asked.won_asked', 'high') }} as recall_high,
        sums_asked.not_won,
        sums_asked.not_won_met,
        {{ rate('sums_asked.not_won_met', 'sums_asked.not_won_asked') }} as false_positive_rate,
        {{ wilson_bound('sums_asked.not_won_met', 'sums_asked.not_won_asked', 'low') }}
            as false_positive_low,
        {{ wilson_bound('sums_asked.not_won_met', 'sums_asked.not_won_asked', 'high') }}
            as false_positive_high,
        sums_asked.won < {{ var('min_sample') }} as is_small_sample
    from sums_asked
)

select * from backtest
