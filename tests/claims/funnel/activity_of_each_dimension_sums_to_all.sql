{%- set counts = [
    'opening_balance', 'entries', 'inferred_entries', 'untracked_entries', 'exits', 'moved_on', 'rejected', 'recycled',
    'disqualified', 'lost', 'closing_balance',
] -%}
with

sums as (
    select
        {% for count in counts -%}
        sum(activity.{{ count }}) as {{ count }},
        {% endfor -%}
        activity.dimension,
        activity.period_month,
        activity.stage
    from {{ ref('mart_funnel_activity') }} as activity
    group by activity.dimension, activity.period_month, activity.stage
),

disagreements as (
    select parts.*
    from sums as parts
    left join sums as wholes
        on
            parts.period_month = wholes.period_month
            and parts.stage = wholes.stage
            and wholes.dimension = 'all'
    where
        wholes.dimension is null
        {%- for count in counts %}
        or parts.{{ count }} <> wholes.{{ count }}
        {%- endfor %}
)

select * from disagreements
