{%- set aspects = {
    'title': 'title',
    'company_size': 'company size',
    'behaviour': 'behaviour',
    'source': 'source',
} -%}
{%- set axes = ['fit', 'intent', 'product'] -%}
with

definitions as (
    select * from {{ ref('stg_definitions') }}
),

criteria as (
    select *
    from {{ ref('stg_stage_criteria') }} as criteria
    where criteria.stage = 'mql'
),

criterion_rules as (
    select *
    from {{ ref('int_criterion_rules') }} as criterion_rules
    where criterion_rules.stage = 'mql'
),

rules as (
    select * from {{ ref('int_rules') }}
),

fit_rules as (
    select * from {{ ref('stg_fit_rules') }}
),

event_rules as (
    select * from {{ ref('stg_event_rules') }}
),

definition_aspects as (
    select * from {{ ref('stg_definition_aspects') }}
),

axis_limits as (
    select * from {{ ref('stg_axes') }}
),

ceilings as (
    select * from {{ ref('int_event_type_ceilings') }}
),

-- a rule counts if it moves points, on an axis that some criterion asks about or as one that is required
axes_asked as (
    {%- for axis in axes %}
    select
        criteria.definition_id,
        '{{ axis }}' as axis
    from criteria
    where
        criteria.min_{{ axis }}_score > 0
        {%- if axis != 'product' %}
        or criteria.min_total_score > 0
        {%- endif %}
    {{ 'union' if not loop.last }}
    {%- endfor %}
),

rules_counting as (
    select
        rules.definition_id,
        rules.rule_id
    from rules
    inner join axes_asked
        on
            rules.definition_id = axes_asked.definition_id
            and rules.axis = axes_asked.axis
    where rules.points <> 0 and coalesce(rules.max_points, 1) <> 0
    union
    select
        rules.definition_id,
        rules.rule_id
    from rules
    inner join criterion_rules
        on rules.rule_key = criterion_rules.rule_key
),

rules_described as (
    select
        rules_counting.definition_id,
        case when fit_rules.rule_id is not null then 'fit' else 'event' end as rule_kind,
        lower(coalesce(fit_rules.attribute, event_rules.property, '')) as attribute
    from rules_counting
    left join fit_rules
        on
            rules_counting.definition_id = fit_rules.definition_id
            and rules_counting.rule_id = fit_rules.rule_id
    left join event_rules
        on
            rules_counting.definition_id = event_rules.definition_id
            and rules_counting.rule_id = event_rules.rule_id
),

aspects_used as (
    select distinct
        rules_described.definition_id,
        definition_aspects.aspect
    from rules_described
    inner join definition_aspects
        on
            rules_described.rule_kind = definition_aspects.rule_kind
            and rules_described.attribute
            = lower(coalesce(definition_aspects.attribute, rules_described.attribute))
),

uses as (
    select
        {%- for aspect in aspects %}
        max(case when aspects_used.aspect = '{{ aspect }}' then 1 else 0 end) as uses_{{ aspect }},
        {%- endfor %}
        definitions.definition_id,
        definitions.is_official
    from definitions
    left join aspects_used
        on definitions.definition_id = aspects_used.definition_id
    group by definitions.definition_id, definitions.is_official
),

-- What is left of a criterion if a lead does one kind of act only, and nothing is known of who it is: then
-- an axis stands at its floor.
event_types as (
    select distinct
        event_rules.definition_id,
        event_rules.event_type
    from event_rules
    where event_rules.points > 0
),

floors as (
    select
        definitions.definition_id,
        {%- for axis in axes %}
        {{ whole_sum("case when axis_limits.axis = '" ~ axis ~ "' then axis_limits.min_score * 100 end") }}
            as {{ axis }}_lowest,
        {%- endfor %}
        count(*) as axes_limited
    from definitions
    inner join axis_limits
        on definitions.definition_id = axis_limits.definition_id
    group by definitions.definition_id
),

reach as (
    select
        event_types.definition_id,
        event_types.event_type,
        coalesce(floors.fit_lowest, 0) as fit_lowest,
        intent_ceilings.axis is not null and intent_ceilings.highest_hundredths is null as is_intent_endless,
        coalesce(intent_ceilings.highest_hundredths, floors.intent_lowest, 0) as intent_highest,
        product_ceilings.axis is not null and product_ceilings.highest_hundredths is null
            as is_product_endless,
        coalesce(product_ceilings.highest_hundredths, floors.product_lowest, 0) as product_highest
    from event_types
    left join floors
        on event_types.definition_id = floors.definition_id
    left join ceilings as intent_ceilings
        on
            event_types.definition_id = intent_ceilings.definition_id
            and event_types.event_type = intent_ceilings.event_type
            and intent_ceilings.axis = 'intent'
    left join ceilings as product_ceilings
        on
            event_types.definition_id = product_ceilings.definition_id
            and event_types.event_type = product_ceilings.event_type
            and product_ceilings.axis = 'product'
),

required_of_type as (
    select
        rules.definition_id,
        criterion_rules.criterion_rank,
        event_rules.event_type,
        max(criterion_rules.rules_required) as rules_required,
        count(*) as rules_of_type
    from criterion_rules
    inner join rules
        on criterion_rules.rule_key = rules.rule_key
    inner join event_rules
        on
            rules.definition_id = event_rules.definition_id
            and rules.rule_id = event_rules.rule_id
    group by rules.definition_id, criterion_rules.criterion_rank, event_rules.event_type
),

criteria_open as (
    select
        criteria.definition_id,
        criteria.criterion_id,
        reach.event_type
    from criteria
    inner join reach
        on criteria.definition_id = reach.definition_id
    left join required_of_type
        on
            criteria.definition_id = required_of_type.definition_id
            and criteria.criterion_rank = required_of_type.criterion_rank
            and reach.event_type = required_of_type.event_type
    where
        coalesce(criteria.min_fit_score, 0) * 100 <= reach.fit_lowest
        {%- for axis in ['intent', 'product'] %}
        and (
            reach.is_{{ axis }}_endless
            or coalesce(criteria.min_{{ axis }}_score, 0) * 100 <= reach.{{ axis }}_highest
        )
        {%- endfor %}
        and (
            reach.is_intent_endless
            or coalesce(criteria.min_total_score, 0) * 100 <= reach.fit_lowest + reach.intent_highest
        )
        and (
            criteria.required_rules is null
            or required_of_type.rules_of_type = required_of_type.rules_required
        )
),

criteria_named as (
    select
        criteria_open.definition_id,
        criteria_open.criterion_id,
        criteria_open.criterion_id || ' by '
        || {{ dbt.listagg('criteria_open.event_type', "', '", 'order by criteria_open.event_type') }} as named
    from criteria_open
    group by criteria_open.definition_id, criteria_open.criterion_id
),

definitions_open as (
    select
        criteria_named.definition_id,
        {{ dbt.listagg('criteria_named.named', "'; '", 'order by criteria_named.criterion_id') }} as named
    from criteria_named
    group by criteria_named.definition_id
),

findings as (
    {%- for aspect, words in aspects.items() %}
    select
        uses.definition_id,
        'no_{{ aspect }}' as finding,
        true as is_vague,
        'Does not use {{ words }}: no rule that counts towards mql asks about it' as reason
    from uses
    where uses.uses_{{ aspect }} = 0
    union all
    {%- endfor %}
    select
        definitions_open.definition_id,
        'one_event_type_is_enough' as finding,
        true as is_vague,
        'Acts of one type alone can meet a criterion: ' || definitions_open.named as reason
    from definitions_open
    union all
    -- that nothing was found is said, not left to be guessed
    select
        uses.definition_id,
        'not_vague' as finding,
        false as is_vague,
        'Uses title, company size, behaviour and source; no criterion can be met by acts of one type alone'
            as reason
    from uses
    left join definitions_open
        on uses.definition_id = definitions_open.definition_id
    where
        {%- for aspect in aspects %}
        uses.uses_{{ aspect }} = 1
        and {% endfor -%}
        definitions_open.definition_id is null
),

lint as (
    select
        findings.definition_id,
        uses.is_official,
        findings.finding,
        findings.is_vague,
        {%- for aspect in aspects %}
        uses.uses_{{ aspect }} = 1 as uses_{{ aspect }},
        {%- endfor %}
        findings.reason
    from findings
    inner join uses
        on findings.definition_id = uses.definition_id
)

select * from lint
