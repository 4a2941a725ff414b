{%- set axes = ['fit', 'intent', 'product'] -%}
with

crossings as (
    select
        scores.definition_id,
        scores.lead_id,
        scores.first_qualified_at
    from {{ ref('fct_lead_scores') }} as scores
    where
        scores.first_qualified_at is not null
        and not {{ is_before_tracking('scores.first_qualified_at', var('tracking_started_at')) }}
),

ledger as (
    select * from {{ ref('fct_score_ledger') }}
),

rules as (
    select * from {{ ref('int_rules') }}
),

criteria as (
    select *
    from {{ ref('stg_stage_criteria') }} as stage_criteria
    where stage_criteria.stage = 'mql'
),

criterion_rules as (
    select *
    from {{ ref('int_criterion_rules') }} as criterion_rules
    where criterion_rules.stage = 'mql'
),

-- what each rule held at the crossing, and then group and axis after their limits: a limit asks only for the sum
rule_sums as (
    select
        crossings.definition_id,
        crossings.lead_id,
        ledger.rule_id,
        {{ whole_sum('cast(ledger.points * 100 as bigint)') }} as hundredths
    from crossings
    inner join ledger
        on
            crossings.definition_id = ledger.definition_id
            and crossings.lead_id = ledger.lead_id
            and crossings.first_qualified_at >= ledger.entry_at
    group by crossings.definition_id, crossings.lead_id, ledger.rule_id
),

rule_balances as (
    select
        rule_sums.definition_id,
        rule_sums.lead_id,
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
        group_balances.axis,
        group_balances.axis_lowest,
        group_balances.axis_highest,
        {{ whole_sum('group_balances.held') }} as hundredths
    from group_balances
    group by
        group_balances.definition_id,
        group_balances.lead_id,
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
        axis_balances.definition_id,
        axis_balances.lead_id,
        {%- for axis in axes %}
        {{ whole_sum("case when axis_balances.axis = '" ~ axis ~ "' then axis_balances.held else 0 end") }}
            as {{ axis }}_hundredths{{ ',' if not loop.last }}
        {%- endfor %}
    from axis_balances
    group by axis_balances.definition_id, axis_balances.lead_id
),

-- the same sums once more without the rule; one that takes points away carries nobody over a bar
groups_without as (
    select
        rule_balances.definition_id,
        rule_balances.lead_id,
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
            and rule_balances.group_key = group_balances.group_key
    where rule_balances.hundredths > 0
),

axes_without as (
    select
        groups_without.definition_id,
        groups_without.lead_id,
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
            and groups_without.axis = axis_balances.axis
),

scores_without as (
    select
        axes_without.definition_id,
        axes_without.lead_id,
        axes_without.rule_key,
        axes_without.rule_id,
        axes_without.rule_hundredths,
        {%- for axis in axes %}
        case
            when axes_without.axis = '{{ axis }}' then axes_without.hundredths
            else scores.{{ axis }}_hundredths
        end as {{ axis }}_hundredths{{ ',' if not loop.last }}
        {%- endfor %}
    from axes_without
    inner join scores
        on
            axes_without.definition_id = scores.definition_id
            and axes_without.lead_id = scores.lead_id
),

required_rules_held as (
    select
        rule_balances.definition_id,
        rule_balances.lead_id,
        criterion_rules.criterion_rank,
        criterion_rules.rules_required,
        count(*) as rules_held
    from rule_balances
    inner join criterion_rules
        on rule_balances.rule_key = criterion_rules.rule_key
    where rule_balances.hundredths > 0
    group by
        rule_balances.definition_id,
        rule_balances.lead_id,
        criterion_rules.criterion_rank,
        criterion_rules.rules_required
),

-- a criterion that still holds without the rule: its thresholds are passed, and it does not name the rule
criteria_left as (
    select
        scores_without.definition_id,
        scores_without.lead_id,
        scores_without.rule_key,
        count(*) as criteria_held
    from scores_without
    inner join criteria
        on scores_without.definition_id = criteria.definition_id
    left join required_rules_held
        on
            scores_without.definition_id = required_rules_held.definition_id
            and scores_without.lead_id = required_rules_held.lead_id
            and criteria.criterion_rank = required_rules_held.criterion_rank
    left join criterion_rules as named_rules
        on
            scores_without.rule_key = named_rules.rule_key
            and criteria.criterion_rank = named_rules.criterion_rank
    where
        {%- for axis in axes %}
        {%- set score = 'scores_without.' ~ axis ~ '_hundredths' %}
        {{ 'and ' if not loop.first }}{{ score }} >= coalesce(criteria.min_{{ axis }}_score * 100, {{ score }})
        {%- endfor %}
        and (
            criteria.min_total_score is null
            or scores_without.fit_hundredths + scores_without.intent_hundredths >= criteria.min_total_score * 100
        )
        and named_rules.rule_key is null
        and (
            criteria.required_rules is null
            or required_rules_held.rules_held = required_rules_held.rules_required
        )
    group by scores_without.definition_id, scores_without.lead_id, scores_without.rule_key
),

leanings as (
    select
        scores_without.definition_id,
        scores_without.lead_id,
        scores_without.rule_id,
        {{ points('scores_without.rule_hundredths') }} as points_held,
        {%- for axis in axes %}
        {{ points('scores_without.' ~ axis ~ '_hundredths') }} as {{ axis }}_score_without,
        {%- endfor %}
        case when criteria_left.criteria_held is null then 1 else 0 end as is_leaning
    from scores_without
    left join criteria_left
        on
            scores_without.definition_id = criteria_left.definition_id
            and scores_without.lead_id = criteria_left.lead_id
            and scores_without.rule_key = criteria_left.rule_key
)

select * from leanings
