{{ config(materialized='view', tags=['stands']) }}

with

axis_limits as (
    select distinct
        rules.axis_key,
        rules.axis_lowest as lowest,
        rules.axis_highest as highest
    from {{ ref('int_rules') }} as rules
),

entries as (
    select * from {{ ref('int_group_balances') }}
),

-- every axis has at least the floor of 0
changes as (
    {{ clamped_changes('entries', ['axis_key', 'lead_key'], 'axis_limits', 'axis_key') | indent(4) }}
)

select
    changes.axis_key,
    changes.lead_key,
    changes.entry_at,
    changes.hundredths
from changes
where changes.hundredths <> 0
