-- a view: what is written as free text is stored where it was landed and nowhere else
{{ config(materialized='view', tags=['stands']) }}
with

stage_changes as (
    select * from {{ ref('stg_stage_changes') }}
),

as_of as (
    select * from {{ ref('stg_as_of') }}
),

deliveries_ranked as (
    select
        stage_changes.*,
        row_number() over (
            partition by stage_changes.change_id
            order by
                stage_changes.changed_at,
                {{ content_order('stage_changes', 'stage_changes', except=['change_id']) }}
        ) as delivery_rank
    from stage_changes
    cross join as_of
    where stage_changes.changed_at <= as_of.as_of
),

status_changes as (
    select
        deliveries_ranked.change_id,
        deliveries_ranked.lead_id,
        deliveries_ranked.changed_at,
        deliveries_ranked.comparable_status,
        deliveries_ranked.reason,
        deliveries_ranked.owner_id
    from deliveries_ranked
    where deliveries_ranked.delivery_rank = 1
)

select * from status_changes
