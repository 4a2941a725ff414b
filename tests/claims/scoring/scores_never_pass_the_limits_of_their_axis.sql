-- At every instant, past and scheduled, not only at as-of; of whom this run recomputed, for nothing else
-- moves.
with

history as (
    select history.*
    from {{ ref('int_score_history') }} as history
    inner join {{ ref('int_touched_leads') }} as touched_leads
        on history.lead_id = touched_leads.lead_id
),

axes as (
    select * from {{ ref('stg_axes') }}
),

scores as (
    {%- for axis in ['fit', 'intent', 'product'] %}
    select
        history.definition_id,
        history.lead_id,
        history.scored_at,
        '{{ axis }}' as axis,
        history.{{ axis }}_hundredths as hundredths
    from history
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

beyond as (
    select scores.*
    from scores
    left join axes
        on
            scores.definition_id = axes.definition_id
            and scores.axis = axes.axis
    where
        scores.hundredths > axes.max_score * 100
        or scores.hundredths < coalesce(axes.min_score, 0) * 100
)

select * from beyond
