{{
    config(
        materialized='incremental',
        pre_hook="{{ forget('lead_id', 'int_stirred_leads') }}"
    )
}}
{%- set axes = ['fit', 'intent', 'product'] -%}
with

definitions as (
    select * from {{ ref('stg_definitions') }}
),

-- numbers for the sums below: a lead's name is long
stirred_leads as (
    select
        stirred_leads.lead_id,
        row_number() over (order by stirred_leads.lead_id) as lead_number
    from {{ ref('int_stirred_leads') }} as stirred_leads
),

-- where a lead first met the mql condition, and the day on which all leads are asked alike
moments as (
    select
        definitions.definition_key,
        stirred_leads.lead_number,
        true as is_crossing,
        scores.first_qualified_at as moment_at
    from {{ ref('int_lead_scores') }} as scores
    inner join stirred_leads
        on scores.lead_id = stirred_leads.lead_id
    inner join definitions
        on scores.definition_id = definitions.definition_id
    where
        scores.first_qualified_at is not null
        and not {{ is_before_tracking('scores.first_qualified_at', var('tracking_started_at')) }}
    union all
    select
        definitions.definition_key,
        stirred_leads.lead_number,
        false as is_crossing,
        fates.landmark_at as moment_at
    from {{ ref('int_lead_fates') }} as fates
    inner join stirred_leads
        on fates.lead_id = stirred_leads.lead_id
    cross join definitions
    where fates.is_mature = 1 and fates.is_open_at_landmark = 1
),

rules as (
    select * from {{ ref('int_rules') }}
),

ledger as (
    select
        rules.definition_key,
        rules.rule_key,
        stirred_leads.lead_number,
        ledger.entry_at,
        cast(ledger.points * 100 as bigint) as hundredths
    from {{ ref('fct_score_ledger') }} as ledger
    inner join stirred_leads
        on ledger.lead_id = stirred_leads.lead_id
    inner join rules
        on
            ledger.definition_id = rules.definition_id
            and ledger.rule_id = rules.rule_id
),

-- what each rule held at the moment, and then group and axis after their limits: a limit asks only for the
-- sum
rule_sums as (
    select
        ledger.rule_key,
        moments.lead_number,
        moments.is_crossing,
        {{ whole_sum('ledger.hundredths') }} as hundredths
    from ledger
    inner join moments
        on
            ledger.definition_key = moments.definition_key
            and ledger.lead_number = moments.lead_number
            and ledger.entry_at <= moments.moment_at
    group by ledger.rule_key, moments.lead_number, moments.is_crossing
),

rule_balances as (
    select
        rules.definition_key,
        rules.axis_key,
        rules.axis,
        rules.group_key,
        rules.group_lowest,
        rules.group_highest,
        rules.axis_lowest,
        rules.axis_highest,
        rule_sums.rule_key,
        rule_sums.lead_number,
        rule_sums.is_crossing,
        {{ clamp('rule_sums.hundredths', 'rules.rule_lowest', 'rules.rule_highest') }} as hundredths
    from rule_sums
    inner join rules
        on rule_sums.rule_key = rules.rule_key
),

group_limits as (
    select distinct
        rules.group_key,
        rules.axis_key,
        rules.group_lowest as lowest,
        rules.group_highest as highest
    from rules
),

group_sums as (
    select
        rule_balances.group_key,
        rule_balances.lead_number,
        rule_balances.is_crossing,
        {{ whole_sum('rule_balances.hundredths') }} as hundredths
    from rule_balances
    group by rule_balances.group_key, rule_balances.lead_number, rule_balances.is_crossing
),

group_balances as (
    select
        group_limits.axis_key,
        group_sums.*,
        {{ clamp('group_sums.hundredths', 'group_limits.lowest', 'group_limits.highest') }} as held
    from group_sums
    inner join group_limits
        on group_sums.group_key = group_limits.group_key
),

axis_limits as (
    select distinct
        rules.definition_key,
        rules.axis_key,
        rules.axis,
        rules.axis_lowest as lowest,
        rules.axis_highest as highest
    from rules
),

axis_sums as (
    select
        group_balances.axis_key,
        group_balances.lead_number,
        group_balances.is_crossing,
        {{ whole_sum('group_balances.held') }} as hundredths
    from group_balances
    group by group_balances.axis_key, group_balances.lead_number, group_balances.is_crossing
),

axis_balances as (
    select
        axis_limits.definition_key,
        axis_limits.axis,
        axis_sums.*,
        {{ clamp('axis_sums.hundredths', 'axis_limits.lowest', 'axis_limits.highest') }} as held
    from axis_sums
    inner join axis_limits
        on axis_sums.axis_key = axis_limits.axis_key
),

scores as (
    select
        {%- for axis in axes %}
        {{ whole_sum("case when axis_balances.axis = '" ~ axis ~ "' then axis_balances.held else 0 end") }}
            as {{ axis }}_hundredths,
        {%- endfor %}
        axis_balances.lead_number,
        axis_balances.is_crossing,
        axis_balances.definition_key
    from axis_balances
    group by axis_balances.definition_key, axis_balances.lead_number, axis_balances.is_crossing
),

-- the same sums once more without the rule
groups_without as (
    select
        rule_balances.definition_key,
        rule_balances.axis_key,
        rule_balances.axis,
        rule_balances.axis_lowest,
        rule_balances.axis_highest,
        rule_balances.rule_key,
        rule_balances.lead_number,
        rule_balances.is_crossing,
        rule_balances.hundredths as rule_hundredths,
        group_balances.held as group_held,
        {{ clamp(
            '(group_balances.hundredths - rule_balances.hundredths)',
            'rule_balances.group_lowest', 'rule_balances.group_highest'
        ) }} as group_without
    from rule_balances
    inner join group_balances
        on
            rule_balances.group_key = group_balances.group_key
            and rule_balances.lead_number = group_balances.lead_number
            and rule_balances.is_crossing = group_balances.is_crossing
    where rule_balances.hundredths <> 0
),

axes_without as (
    select
        groups_without.definition_key,
        groups_without.axis,
        groups_without.rule_key,
        groups_without.lead_number,
        groups_without.is_crossing,
        groups_without.rule_hundredths,
        {{ clamp(
            '(axis_balances.hundredths - groups_without.group_held + groups_without.group_without)',
            'groups_without.axis_lowest', 'groups_without.axis_highest'
        ) }} as hundredths
    from groups_without
    inner join axis_balances
        on
            groups_without.axis_key = axis_balances.axis_key
            and groups_without.lead_number = axis_balances.lead_number
            and groups_without.is_crossing = axis_balances.is_crossing
),

scores_without as (
    select
        {%- for axis in axes %}
        case
            when axes_without.axis = '{{ axis }}' then axes_without.hundredths
            else scores.{{ axis }}_hundredths
        end as {{ axis }}_hundredths,
        {%- endfor %}
        rules.definition_id,
        stirred_leads.lead_id,
        case when axes_without.is_crossing then 'crossing' else 'landmark' end as moment,
        rules.rule_key,
        rules.rule_id,
        axes_without.rule_hundredths
    from axes_without
    inner join scores
        on
            axes_without.definition_key = scores.definition_key
            and axes_without.lead_number = scores.lead_number
            and axes_without.is_crossing = scores.is_crossing
    inner join rules
        on axes_without.rule_key = rules.rule_key
    inner join stirred_leads
        on axes_without.lead_number = stirred_leads.lead_number
)

select * from scores_without
