{%- set measures = [
    'mqls', 'also_by_another', 'also_by_every_other', 'only_this_mqls', 'late_mqls', 'accepted', 'won',
    'mature_mqls', 'mature_won', 'only_this_accepted', 'only_this_won',
] -%}
-- Whoever a definition picks, another picks too, or nobody does.
with

comparison as (
    select * from {{ ref('mart_definition_comparison') }}
),

sums as (
    select
        {% for measure in measures -%}
        sum(case when comparison.first_qualified_month is null then comparison.{{ measure }} else 0 end)
            as all_{{ measure }},
        sum(case when comparison.first_qualified_month is not null then comparison.{{ measure }} else 0 end)
            as monthly_{{ measure }},
        {% endfor -%}
        comparison.definition_id
    from comparison
    group by comparison.definition_id
),

disagreements as (
    select sums.*
    from sums
    where
        sums.all_mqls <> sums.all_also_by_another + sums.all_only_this_mqls
        {%- for measure in measures %}
        or sums.all_{{ measure }} <> sums.monthly_{{ measure }}
        {%- endfor %}
)

select * from disagreements
