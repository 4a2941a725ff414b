-- A definition of two axes asks for fit in every criterion: no path leads round it, hand-raise included.
with

fit_bars as (
    select
        criteria.definition_id,
        min(criteria.min_fit_score) as lowest_fit_bar
    from {{ ref('stg_stage_criteria') }} as criteria
    where criteria.stage = 'mql'
    group by criteria.definition_id
    having count(*) = count(criteria.min_fit_score)
),

below_the_bar as (
    select
        entries.lead_id,
        entries.cycle,
        entries.fit_score,
        fit_bars.lowest_fit_bar
    from {{ ref('fct_lead_stages') }} as entries
    inner join fit_bars
        on entries.definition_id = fit_bars.definition_id
    where entries.stage = 'mql' and entries.fit_score < fit_bars.lowest_fit_bar
)

select * from below_the_bar
