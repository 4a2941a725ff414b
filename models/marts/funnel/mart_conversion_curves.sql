{%- set dimensions = ['channel', 'lead_source'] -%}
{%- set curve = ['dimension', 'dimension_value', 'from_stage', 'to_stage'] -%}
{#- anything but a list is refused before the run, in words -#}
{%- set milestones = var('curve_milestone_days') if var('curve_milestone_days') is iterable else [] -%}
with

conversion_days as (
    select * from {{ ref('int_conversion_days') }}
),

leads as (
    select * from {{ ref('dim_leads') }}
),

-- counted once for leads alike in every dimension: far fewer than leads
days_of_alike as (
    select
        {% for dimension in dimensions -%}
        leads.{{ dimension }},
        {% endfor -%}
        conversion_days.from_stage,
        conversion_days.to_stage,
        conversion_days.after_days,
        {{ whole_sum('conversion_days.is_converted') }} as converted,
        {{ whole_sum('1 - conversion_days.is_converted') }} as censored
    from conversion_days
    inner join leads
        on conversion_days.lead_id = leads.lead_id
    group by
        leads.{{ dimensions | join(', leads.') }},
        conversion_days.from_stage,
        conversion_days.to_stage,
        conversion_days.after_days
),

by_dimension as (
    {{ by_dimension('days_of_alike', dimensions) }}
),

-- a milestone is there whether or not anything happened on it
facts as (
    select
        {% for key in curve -%}
        by_dimension.{{ key }},
        {% endfor -%}
        by_dimension.after_days,
        by_dimension.converted,
        by_dimension.censored
    from by_dimension
    {%- for milestone in milestones %}
    union all
    select distinct
        {% for key in curve -%}
        by_dimension.{{ key }},
        {% endfor -%}
        {{ milestone }} as after_days,
        0 as converted,
        0 as censored
    from by_dimension
    {%- endfor %}
),

days_counted as (
    select
        {% for key in curve -%}
        facts.{{ key }},
        {% endfor -%}
        facts.after_days,
        {{ whole_sum('facts.converted') }} as converted,
        {{ whole_sum('facts.censored') }} as censored
    from facts
    group by facts.{{ curve | join(', facts.') }}, facts.after_days
),

estimated as (
    {{ kaplan_meier('days_counted', curve) }}
),

curves as (
    select
        {% for key in curve -%}
        estimated.{{ key }},
        {% endfor -%}
        estimated.after_days,
        estimated.entered,
        estimated.at_risk,
        estimated.converted,
        estimated.censored,
        cast(1 - estimated.survival as {{ type_double() }}) as converted_share,
        {{ log_log_bound('estimated.survival', 'estimated.log_survival_variance', 'low') | indent(8) }}
            as converted_share_low,
        {{ log_log_bound('estimated.survival', 'estimated.log_survival_variance', 'high') | indent(8) }}
            as converted_share_high,
        estimated.after_days in ({{ milestones | join(', ') }}) as is_milestone,
        min(case when estimated.survival <= 0.5 then estimated.after_days end) over (
            partition by estimated.{{ curve | join(', estimated.') }}
        ) as median_days,
        estimated.entered < {{ var('min_sample') }} as is_small_sample
    from estimated
)

select * from curves
