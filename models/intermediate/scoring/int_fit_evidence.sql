{{
    config(
        materialized='incremental',
        pre_hook="{{ forget('lead_id', 'int_touched_leads') }}"
    )
}}

-- depends_on: {{ ref('int_touched_leads') }}
with

attribute_values as (
    select * from {{ ref('int_fit_values') }}
),

asked_about as (
    select distinct
        fit_rules.definition_id,
        fit_rules.attribute
    from {{ ref('stg_fit_rules') }} as fit_rules
),

leads as (
    select * from {{ ref('int_leads') }}
),

-- Unknown is not bad: whether anything this definition asks about is known of the lead today. What is grouped
-- names both sides of the join: of one alone an engine may group every value first, and run out of memory.
evidence as (
    select
        asked_about.definition_id,
        attribute_values.lead_key,
        max(
            case
                when
                    attribute_values.attribute_value is not null
                    and attribute_values.attribute = asked_about.attribute
                    then 1
                else 0
            end
        ) = 1 as has_fit_evidence
    from attribute_values
    inner join asked_about
        on attribute_values.attribute = asked_about.attribute
    where attribute_values.valid_to is null
    group by asked_about.definition_id, attribute_values.lead_key
),

evidence_of_leads as (
    select
        evidence.definition_id,
        leads.lead_id,
        evidence.has_fit_evidence
    from evidence
    inner join leads
        on evidence.lead_key = leads.lead_key
)

select * from evidence_of_leads
