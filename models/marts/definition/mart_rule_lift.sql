{%- set sides = ['with', 'without'] -%}
{%- set step = var('lift_stratum_points') * 100 -%}
with

rules as (
    select * from {{ ref('int_rules') }}
),

definitions as (
    select * from {{ ref('stg_definitions') }}
),

fates as (
    select * from {{ ref('int_lead_fates') }}
),

leanings as (
    select * from {{ ref('int_mql_leanings') }}
),

scores as (
    select * from {{ ref('fct_lead_scores') }}
),

credits as (
    select * from {{ ref('int_landmark_credits') }}
),

as_of as (
    select * from {{ ref('stg_as_of') }}
),

totals as (
    select
        coalesce(sum(fates.is_mature), 0) as mature_leads,
        coalesce(sum(fates.is_mature * fates.is_open_at_landmark), 0) as leads,
        coalesce(sum(fates.is_mature_won * fates.is_open_at_landmark), 0) as customers
    from fates
),

-- All leads are asked on the same day of their life. Asked "ever before the outcome" instead, those that
-- buy quickly would have had less time to be credited than those that never do, and a useless act would
-- look harmful, or a harmful one useful. Who does one thing does others, so the credited are also compared
-- with those who score alike without the rule: within strata of the total score of that day, less what the
-- rule itself brought.
credited as (
    select
        credits.definition_id,
        credits.rule_id,
        {{ step_below('credits.total_hundredths', step) }} as stratum,
        {{ step_below('credits.hundredths_without', step) }} as stratum_without,
        count(*) as leads_with,
        {{ whole_sum('credits.is_mature_won') }} as customers_with
    from credits
    group by
        credits.definition_id,
        credits.rule_id,
        {{ step_below('credits.total_hundredths', step) }},
        {{ step_below('credits.hundredths_without', step) }}
),

credited_sums as (
    select
        credited.definition_id,
        credited.rule_id,
        {{ whole_sum('credited.leads_with') }} as leads_with,
        {{ whole_sum('credited.customers_with') }} as customers_with
    from credited
    group by credited.definition_id, credited.rule_id
),

-- without a rule are all leads of a stratum less those with it
leads_of_strata as (
    select
        landmark_scores.definition_id,
        {{ step_below('(landmark_scores.fit_hundredths + landmark_scores.intent_hundredths)', step) }}
            as stratum,
        count(*) as leads,
        {{ whole_sum('fates.is_mature_won') }} as customers
    from {{ ref('int_landmark_scores') }} as landmark_scores
    inner join fates
        on landmark_scores.lead_id = fates.lead_id
    where fates.is_mature = 1 and fates.is_open_at_landmark = 1
    group by
        landmark_scores.definition_id,
        {{ step_below('(landmark_scores.fit_hundredths + landmark_scores.intent_hundredths)', step) }}
),

stratum_parts as (
    select
        credited.definition_id,
        credited.rule_id,
        credited.stratum_without as stratum,
        credited.leads_with,
        credited.customers_with,
        0 as leads_without,
        0 as customers_without
    from credited
    union all
    select
        credited.definition_id,
        credited.rule_id,
        credited.stratum,
        0 as leads_with,
        0 as customers_with,
        -credited.leads_with as leads_without,
        -credited.customers_with as customers_without
    from credited
    union all
    select
        rules.definition_id,
        rules.rule_id,
        leads_of_strata.stratum,
        0 as leads_with,
        0 as customers_with,
        leads_of_strata.leads as leads_without,
        leads_of_strata.customers as customers_without
    from rules
    inner join leads_of_strata
        on rules.definition_id = leads_of_strata.definition_id
    where rules.points <> 0
),

strata as (
    select
        stratum_parts.definition_id,
        stratum_parts.rule_id,
        stratum_parts.stratum,
        {{ whole_sum('stratum_parts.leads_with') }} as leads_with,
        {{ whole_sum('stratum_parts.customers_with') }} as customers_with,
        {{ whole_sum('stratum_parts.leads_without') }} as leads_without,
        {{ whole_sum('stratum_parts.customers_without') }} as customers_without
    from stratum_parts
    group by stratum_parts.definition_id, stratum_parts.rule_id, stratum_parts.stratum
),

{% set stratum_cells = [
    'strata.customers_with', 'strata.leads_with', 'strata.customers_without', 'strata.leads_without',
] -%}
adjusted_sums as (
    select
        {%- for kind in ['with', 'without', 'variance'] %}
        {%- set term = mantel_haenszel_term(
            kind, stratum_cells[0], stratum_cells[1], stratum_cells[2], stratum_cells[3]
        ) %}
        cast(sum({{ term }}) as {{ type_double() }}) as {{ kind }}_sum,
        {%- endfor %}
        strata.definition_id,
        strata.rule_id
    from strata
    group by strata.definition_id, strata.rule_id
),

adjusted_ratios as (
    select
        adjusted_sums.definition_id,
        adjusted_sums.rule_id,
        case when adjusted_sums.without_sum > 0 then adjusted_sums.with_sum / adjusted_sums.without_sum end
            as adjusted_lift,
        case
            when adjusted_sums.with_sum > 0 and adjusted_sums.without_sum > 0
                then adjusted_sums.variance_sum / (adjusted_sums.with_sum * adjusted_sums.without_sum)
        end as log_variance
    from adjusted_sums
),

adjusted as (
    select
        {%- for side in ['low', 'high'] %}
        case
            when adjusted_ratios.log_variance is not null
                then {{ ratio_bound('adjusted_ratios.adjusted_lift', 'adjusted_ratios.log_variance', side) }}
        end as adjusted_{{ side }},
        {%- endfor %}
        adjusted_ratios.definition_id,
        adjusted_ratios.rule_id,
        adjusted_ratios.adjusted_lift
    from adjusted_ratios
),

mql_counts as (
    select
        scores.definition_id,
        count(*) as mqls
    from scores
    where
        scores.first_qualified_at is not null
        and not {{ is_before_tracking('scores.first_qualified_at', var('tracking_started_at')) }}
    group by scores.definition_id
),

leaning_sums as (
    select
        leanings.definition_id,
        leanings.rule_id,
        {{ whole_sum('leanings.is_leaning') }} as leaning_mqls
    from leanings
    group by leanings.definition_id, leanings.rule_id
),

-- a definition is as old as the day it was last agreed upon, else the day it came into force; in days, so
-- that it does not become old in the middle of one
ages as (
    select
        definitions.definition_id,
        definitions.is_official,
        coalesce(
            cast(definitions.approved_on as {{ dbt.type_timestamp() }}),
            {{ dbt.date_trunc('day', 'definitions.effective_from') }}
        ) as agreed_at,
        {{ dbt.date_trunc('day', 'as_of.as_of') }} as today_at
    from definitions
    cross join as_of
),

ages_counted as (
    select
        ages.definition_id,
        ages.is_official,
        {{ dbt.datediff('ages.agreed_at', 'ages.today_at', 'day') }}
            as definition_age_days,
        {{ dbt.dateadd('month', var('definition_max_age_months'), 'ages.agreed_at') }} < ages.today_at
            as is_definition_old
    from ages
),

-- a rule worth nothing leaves no trace in the ledger, so nobody knows whom it met
counts as (
    select
        rules.definition_id,
        ages_counted.is_official,
        rules.rule_id,
        rules.axis,
        rules.group_id,
        rules.points,
        cast(totals.mature_leads - totals.leads as bigint) as leads_decided_early,
        cast(totals.leads as bigint) as leads,
        cast(totals.customers as bigint) as customers,
        case when rules.points <> 0 then coalesce(credited_sums.leads_with, 0) end as leads_with,
        case when rules.points <> 0 then coalesce(credited_sums.customers_with, 0) end as customers_with,
        coalesce(mql_counts.mqls, 0) as mqls,
        coalesce(leaning_sums.leaning_mqls, 0) as leaning_mqls,
        ages_counted.definition_age_days,
        ages_counted.is_definition_old,
        rules.reason
    from rules
    inner join ages_counted
        on rules.definition_id = ages_counted.definition_id
    cross join totals
    left join credited_sums
        on
            rules.definition_id = credited_sums.definition_id
            and rules.rule_id = credited_sums.rule_id
    left join mql_counts
        on rules.definition_id = mql_counts.definition_id
    left join leaning_sums
        on
            rules.definition_id = leaning_sums.definition_id
            and rules.rule_id = leaning_sums.rule_id
),

both_sides as (
    select
        counts.*,
        counts.leads - counts.leads_with as leads_without,
        counts.customers - counts.customers_with as customers_without
    from counts
),

{% set cells = [
    'both_sides.customers_with', 'both_sides.leads_with',
    'both_sides.customers_without', 'both_sides.leads_without',
] -%}
lifts as (
    select
        both_sides.*,
        {%- for side in sides %}
        {%- set counted, whole = 'both_sides.customers_' ~ side, 'both_sides.leads_' ~ side %}
        {{ rate(counted, whole) }} as {{ side }}_rate,
        {{ wilson_bound(counted, whole, 'low') }} as {{ side }}_low,
        {{ wilson_bound(counted, whole, 'high') }} as {{ side }}_high,
        {%- endfor %}
        {{ rate_ratio(cells[0], cells[1], cells[2], cells[3]) }} as lift,
        {{ katz_bound(cells[0], cells[1], cells[2], cells[3], 'low') }} as lift_low,
        {{ katz_bound(cells[0], cells[1], cells[2], cells[3], 'high') }} as lift_high,
        adjusted.adjusted_lift,
        adjusted.adjusted_low,
        adjusted.adjusted_high,
        both_sides.leads_with is null
        or both_sides.leads_with < {{ var('min_sample') }}
        or both_sides.leads_without < {{ var('min_sample') }}
        {%- for side in sides %}
        or (
            both_sides.customers_{{ side }} < {{ var('min_expected_customers') }}
            and both_sides.leads_{{ side }} * both_sides.customers
            < {{ var('min_expected_customers') }} * both_sides.leads
        )
        {%- endfor %} as is_small_sample
    from both_sides
    left join adjusted
        on
            both_sides.definition_id = adjusted.definition_id
            and both_sides.rule_id = adjusted.rule_id
),

-- Where one side of many leads brings not one customer there is no interval, and that speaks for itself.
verdicts as (
    select
        lifts.*,
        case
            when lifts.leads_with is null then 'not_scored'
            when lifts.is_small_sample then 'too_few'
            when lifts.customers_with = 0 then 'lowers'
            when lifts.customers_without = 0 then 'lifts'
            when lifts.adjusted_low is null then 'unclear'
            when lifts.adjusted_low > 1 then 'lifts'
            when lifts.adjusted_high < 1 then 'lowers'
            when lifts.adjusted_lift < {{ var('material_lift') }} then 'no_lift'
            else 'unclear'
        end as verdict
    from lifts
),

rule_lift as (
    select
        verdicts.definition_id,
        verdicts.is_official,
        verdicts.rule_id,
        verdicts.axis,
        verdicts.group_id,
        cast(verdicts.points as integer) as points,
        verdicts.leads_decided_early,
        verdicts.leads,
        verdicts.leads_with,
        verdicts.customers_with,
        verdicts.leads_without,
        verdicts.customers_without,
        {%- for side in sides %}
        verdicts.{{ side }}_rate,
        verdicts.{{ side }}_low,
        verdicts.{{ side }}_high,
        {%- endfor %}
        verdicts.lift,
        verdicts.lift_low,
        verdicts.lift_high,
        verdicts.adjusted_lift,
        verdicts.adjusted_low,
        verdicts.adjusted_high,
        verdicts.mqls,
        verdicts.leaning_mqls,
        {{ rate('verdicts.leaning_mqls', 'verdicts.mqls') }} as leaning_rate,
        {{ wilson_bound('verdicts.leaning_mqls', 'verdicts.mqls', 'low') }} as leaning_low,
        {{ wilson_bound('verdicts.leaning_mqls', 'verdicts.mqls', 'high') }} as leaning_high,
        verdicts.verdict,
        verdicts.points > 0 and verdicts.verdict in ('no_lift', 'lowers') as is_vanity,
        (verdicts.points > 0 and verdicts.verdict = 'lowers')
        or (verdicts.points < 0 and verdicts.verdict = 'lifts') as is_sign_wrong,
        verdicts.is_small_sample,
        cast(verdicts.definition_age_days as integer) as definition_age_days,
        verdicts.is_definition_old,
        verdicts.reason
    from verdicts
)

select * from rule_lift
