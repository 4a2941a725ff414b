{{
    config(
        materialized='incremental',
        pre_hook="{{ forget('lead_id', 'int_touched_leads') }}"
    )
}}

with

points as (
    select points.*
    from {{ ref('int_crossing_points') }} as points
    where {{ is_asked_about('points.lead_id', 'int_touched_leads') }}
),

points_in_words as (
    select
        points.lead_id,
        points.cycle,
        points.stage,
        points.rule_id,
        points.points_held,
        points.rule_id || ' ' || {{ decimal_text('points.points_held') }} as rule_and_points
    from points
),

evidence as (
    select
        points_in_words.lead_id,
        points_in_words.cycle,
        points_in_words.stage,
        {{ dbt.listagg(
            'points_in_words.rule_and_points',
            "', '",
            'order by points_in_words.points_held desc, points_in_words.rule_id'
        ) }} as evidence
    from points_in_words
    group by points_in_words.lead_id, points_in_words.cycle, points_in_words.stage
)

select * from evidence
