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

fit_rules as (
    select * from {{ ref('stg_fit_rules') }}
),

-- unknown is not bad: whether anything this definition asks about is known of the lead today
evidence as (
    select
        fit_rules.definition_id,
        leads.lead_id,
        max(case when attribute_values.attribute_value is not null then 1 else 0 end) = 1 as has_fit_evidence
    from attribute_values
    inner join fit_rules
        on attribute_values.attribute = fit_rules.attribute
    inner join {{ ref('int_leads') }} as leads
        on attribute_values.lead_key = leads.lead_key
    where attribute_values.valid_to is null
    group by fit_rules.definition_id, leads.lead_id
)

select * from evidence
