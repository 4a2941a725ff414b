-- int_mql_leanings sums the ledger anew; on the axes the rule is not on, that must give the score of the
-- history. Of those whom this run stirred.
{%- set axes = ['fit', 'intent', 'product'] %}
with

leanings as (
    select
        leanings.*,
        rules.axis
    from {{ ref('int_mql_leanings') }} as leanings
    inner join {{ ref('int_rules') }} as rules
        on
            leanings.definition_id = rules.definition_id
            and leanings.rule_id = rules.rule_id
    where leanings.lead_id in (select stirred.lead_id from {{ ref('int_stirred_leads') }} as stirred)
),

crossings as (
    select
        history.*,
        scores.first_qualified_at
    from {{ ref('fct_lead_scores') }} as scores
    inner join {{ ref('int_score_history') }} as history
        on
            scores.definition_id = history.definition_id
            and scores.lead_id = history.lead_id
            and scores.first_qualified_at = history.scored_at
    where scores.lead_id in (select stirred.lead_id from {{ ref('int_stirred_leads') }} as stirred)
),

disagreements as (
    select
        leanings.definition_id,
        leanings.lead_id,
        leanings.rule_id
    from leanings
    inner join crossings
        on
            leanings.definition_id = crossings.definition_id
            and leanings.lead_id = crossings.lead_id
    where
        {%- for axis in axes %}
        {{ 'or ' if not loop.first }}(
            leanings.axis <> '{{ axis }}'
            and leanings.{{ axis }}_score_without <> {{ points('crossings.' ~ axis ~ '_hundredths') }}
        )
        {%- endfor %}
        {%- for axis in axes %}
        or leanings.{{ axis }}_score_without > {{ points('crossings.' ~ axis ~ '_hundredths') }}
        {%- endfor %}
)

select * from disagreements
