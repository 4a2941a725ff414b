with

axes as (
    select distinct
        rules.axis_key,
        rules.axis,
        rules.definition_key,
        rules.definition_id
    from {{ ref('int_rules') }} as rules
),

changes as (
    select
        axes.definition_key,
        axis_balances.lead_key,
        axis_balances.entry_at as scored_at,
        case when axes.axis = 'fit' then axis_balances.hundredths else 0 end as fit_change,
        case when axes.axis = 'intent' then axis_balances.hundredths else 0 end as intent_change,
        case when axes.axis = 'product' then axis_balances.hundredths else 0 end as product_change,
        0 as credit
    from {{ ref('int_axis_balances') }} as axis_balances
    inner join axes
        on axis_balances.axis_key = axes.axis_key
    union all
    -- a credit that a limit swallows is an act all the same
    select
        rules.definition_key,
        score_entries.lead_key,
        score_entries.entry_at as scored_at,
        0 as fit_change,
        0 as intent_change,
        0 as product_change,
        1 as credit
    from {{ ref('int_score_entries') }} as score_entries
    inner join {{ ref('int_rules') }} as rules
        on score_entries.rule_key = rules.rule_key
    where score_entries.entry_kind = 'credit' and score_entries.hundredths > 0
    {%- for moment in ['from_at', 'to_at'] %}
    union all
    -- a rule that a criterion requires may come or go while the scores stand still
    select
        spells.definition_key,
        spells.lead_key,
        spells.{{ moment }} as scored_at,
        0 as fit_change,
        0 as intent_change,
        0 as product_change,
        0 as credit
    from {{ ref('int_required_rule_spells') }} as spells
    where spells.{{ moment }} is not null
    {%- endfor %}
),

instants as (
    select
        changes.definition_key,
        changes.lead_key,
        changes.scored_at,
        {{ whole_sum('changes.fit_change') }} as fit_change,
        {{ whole_sum('changes.intent_change') }} as intent_change,
        {{ whole_sum('changes.product_change') }} as product_change,
        max(changes.credit) = 1 as has_credit
    from changes
    group by changes.definition_key, changes.lead_key, changes.scored_at
),

-- names come after the sort, which has numbers to carry only
scores as (
    select
        instants.definition_key,
        instants.lead_key,
        instants.scored_at,
        instants.has_credit,
        {% for axis in ['fit', 'intent', 'product'] -%}
        cast(sum(instants.{{ axis }}_change) over (
            partition by instants.definition_key, instants.lead_key
            order by instants.scored_at
            rows between unbounded preceding and current row
        ) as bigint) as {{ axis }}_hundredths,
        {% endfor -%}
        lead(instants.scored_at) over (
            partition by instants.definition_key, instants.lead_key
            order by instants.scored_at
        ) as next_scored_at
    from instants
),

timeline as (
    select
        definitions.definition_id,
        leads.lead_id,
        scores.scored_at,
        scores.has_credit,
        {% for axis in ['fit', 'intent', 'product'] -%}
        scores.{{ axis }}_hundredths,
        {% endfor -%}
        scores.next_scored_at,
        scores.definition_key,
        scores.lead_key
    from scores
    inner join {{ ref('stg_definitions') }} as definitions
        on scores.definition_key = definitions.definition_key
    inner join {{ ref('int_leads') }} as leads
        on scores.lead_key = leads.lead_key
)

select * from timeline
