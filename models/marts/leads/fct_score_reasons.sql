{{
    config(
        materialized='incremental',
        pre_hook="{{ forget('lead_id', 'int_stirred_leads') }}"
    )
}}

-- depends_on: {{ ref('int_stirred_leads') }}
-- int_held_points is of the leads that this run stirs
with

held_points as (
    select * from {{ ref('int_held_points') }}
)

select
    held_points.definition_id,
    held_points.lead_id,
    held_points.rule_id,
    held_points.axis,
    held_points.group_id,
    held_points.points_held,
    held_points.last_credited_at,
    held_points.reason
from held_points
