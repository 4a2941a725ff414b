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

stirred_leads as (
    select * from {{ ref('int_stirred_leads') }}
),

-- where a lead first met the mql condition, and the day on which all leads are asked alike
moments as (
    select
        scores.definition_id,
        scores.lead_id,
        'crossing' as moment,
        scores.first_qualified_at as moment_at
    from {{ ref('int_lead_scores') }} as scores
    inner join stirred_leads
        on scores.lead_id = stirred_leads.lead_id
    where
        scores.first_qualified_at is not null
        and not {{ is_before_tracking('scores.first_qualified_at', var('tracking_started_at')) }}
    union all
    select
        definitions.definition_id,
        fates.lead_id,
        'landmark' as moment,
        fates.landmark_at as moment_at
    from {{ ref('int_lead_fates') }} as fates
    inner join stirred_leads
        on fates.lead_id = stirred_leads.lead_id
    cross join definitions
    where fates.is_mature = 1 and fates.is_open_at_landmark = 1
),

ledger as (
    select ledger.*
    from {{ ref('fct_score_ledger') }} as ledger
    where ledger.lead_id in (select stirred_leads.lead_id from stirred_leads)
),

rules as (
    select * from {{ ref('int_rules') }}
),

-- what each rule held at the moment, and then group and axis after their limits: a limit asks only for the
-- sum
rule_sums as (
    select
        moments.definition_id,
        moments.lead_id,
        moments.moment,
        ledger.rule_id,
        {{ whole_sum('cast(ledger.points * 100 as bigint)') }} as hundredths
    from moments
    inner join ledger
        on
            moments.definition_id = ledger.definition_id
            and moments.lead_id = ledger.lead_id
            and moments.moment_at >= ledger.entry_at
    group by moments.definition_id, moments.lead_id, moments.moment, ledger.rule_id
),

rule_balances as (
    select
        rule_sums.definition_id,
        rule_sums.lead_id,
        rule_sums.moment,
        rules.rule_key,
        rules.rule_id,
        rules.axis,
        rules.group_key,
        rules.group_lowest,
        rules.group_highest,
        rules.axis_lowest,
        rules.axis_highest,
        {{ clamp('rule_sums.hundredths', 'rules.rule_lowest', 'rules.rule_highest') }} as hundredths
    from rule_sums
    inner join rules
        on
            rule_sums.definition_id = rules.definition_id
            and rule_sums.rule_id = rules.rule_id
),

group_sums as (
    select
        rule_balances.definition_id,
        rule_balances.lead_id,
        rule_balances.moment,
        rule_balances.axis,
        rule_balances.group_key,
        rule_balances.group_lowest,
        rule_balances.group_highest,
        rule_balances.axis_lowest,
        rule_balances.axis_highest,
        {{ whole_sum('rule_balances.hundredths') }} as hundredths
    from rule_balances
    group by
        rule_balances.definition_id,
        rule_balances.lead_id,
        rule_balances.moment,
        rule_balances.axis,
        rule_balances.group_key,
        rule_balances.group_lowest,
        rule_balances.group_highest,
        rule_balances.axis_lowest,
        rule_balances.axis_highest
),

group_balances as (
    select
        group_sums.*,
        {{ clamp('group_sums.hundredths', 'group_sums.group_lowest', 'group_sums.group_highest') }} as held
    from group_sums
),

axis_sums as (
    select
        group_balances.definition_id,
        group_balances.lead_id,
        group_balances.moment,
        group_balances.axis,
        group_balances.axis_lowest,
        group_balances.axis_highest,
        {{ whole_sum('group_balances.held') }} as hundredths
    from group_balances
    group by
        group_balances.definition_id,
        group_balances.lead_id,
        group_balances.moment,
        group_balances.axis,
        group_balances.axis_lowest,
        group_balances.axis_highest
),

axis_balances as (
    select
        axis_sums.*,
        {{ clamp('axis_sums.hundredths', 'axis_sums.axis_lowest', 'axis_sums.axis_highest') }} as held
    from axis_sums
),

scores as (
    select
        {%- for axis in axes %}
        {{ whole_sum("case when axis_balances.axis = '" ~ axis ~ "' then axis_balances.held else 0 end") }}
            as {{ axis }}_hundredths,
        {%- endfor %}
        axis_balances.definition_id,
        axis_balances.lead_id,
        axis_balances.moment
    from axis_balances
    group by axis_balances.definition_id, axis_balances.lead_id, axis_balances.moment
),

-- the same sums once more without the rule
groups_without as (
    select
        rule_balances.definition_id,
        rule_balances.lead_id,
        rule_balances.moment,
        rule_balances.rule_key,
        rule_balances.rule_id,
        rule_balances.axis,
        rule_balances.axis_lowest,
        rule_balances.axis_highest,
        rule_balances.hundredths as rule_hundredths,
        group_balances.held as group_held,
        {{ clamp(
            '(group_balances.hundredths - rule_balances.hundredths)',
            'rule_balances.group_lowest', 'rule_balances.group_highest'
        ) }} as group_without
    from rule_balances
    inner join group_balances
        on
            rule_balances.definition_id = group_balances.definition_id
            and rule_balances.lead_id = group_balances.lead_id
            and rule_balances.moment = group_balances.moment
            and rule_balances.group_key = group_balances.group_key
    where rule_balances.hundredths <> 0
),

axes_without as (
    select
        groups_without.definition_id,
        groups_without.lead_id,
        groups_without.moment,
        groups_without.rule_key,
        groups_without.rule_id,
        groups_without.axis,
        groups_without.rule_hundredths,
        {{ clamp(
            '(axis_balances.hundredths - groups_without.group_held + groups_without.group_without)',
            'groups_without.axis_lowest', 'groups_without.axis_highest'
        ) }} as hundredths
    from groups_without
    inner join axis_balances
        on
            groups_without.definition_id = axis_balances.definition_id
            and groups_without.lead_id = axis_balances.lead_id
            and groups_without.moment = axis_balances.moment
            and groups_without.axis = axis_balances.axis
),

scores_without as (
    select
        {%- for axis in axes %}
        case
            when axes_without.axis = '{{ axis }}' then axes_without.hundredths
            else scores.{{ axis }}_hundredths
        end as {{ axis }}_hundredths,
        {%- endfor %}
        axes_without.definition_id,
        axes_without.lead_id,
        axes_without.moment,
        axes_without.rule_key,
        axes_without.rule_id,
        axes_without.rule_hundredths
    from axes_without
    inner join scores
        on
            axes_without.definition_id = scores.definition_id
            and axes_without.lead_id = scores.lead_id
            and axes_without.moment = scores.moment
)

select * from scores_without
