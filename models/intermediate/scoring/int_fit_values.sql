{#- a rule may look at whatever the lead said of itself: none of it is stored here -#}
{{ config(materialized='view', tags=['stands']) }}

with

states as (
    select * from {{ ref('int_fit_states') }}
),

lead_versions as (
    select * from {{ ref('int_lead_versions') }}
),

account_versions as (
    select * from {{ ref('int_account_versions') }}
),

attributes_in_use as (
    select distinct fit_rules.attribute
    from {{ ref('stg_fit_rules') }} as fit_rules
    where fit_rules.attribute is not null
),

attribute_values as (
    select
        states.lead_key,
        states.state_number,
        states.valid_to,
        attributes_in_use.attribute,
        {{ lead_attribute('lead_versions', 'account_versions', 'attributes_in_use.attribute') }}
            as attribute_value
    from states
    inner join lead_versions
        on
            states.lead_id = lead_versions.lead_id
            and states.lead_version_number = lead_versions.version_number
    left join account_versions
        on
            states.account_domain = account_versions.account_domain
            and states.account_version_number = account_versions.version_number
    cross join attributes_in_use
)

select * from attribute_values
