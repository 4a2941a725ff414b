{%- set tracks = ['mql', 'pql'] -%}
{%- set counts = {
    'entered': 'entered_observed',
    'converted': 'converted_observed',
    'mature_entered': 'mature_entered',
    'mature_converted': 'mature_converted',
} -%}
with

funnel as (
    select * from {{ ref('mart_funnel_conversion') }}
),

customer_stage as (
    select stages.horizon_days
    from {{ ref('stg_stages') }} as stages
    where stages.stage = 'customer'
),

-- all the way to the customer on both sides; what "converted" and "mature" are, the funnel has said
conversions as (
    select funnel.*
    from funnel
    where
        funnel.dimension = 'all'
        and funnel.to_stage = 'customer'
        and funnel.from_stage in ('mql', 'pql')
        and funnel.entered_observed > 0
),

-- each row counts for its month and, with none, for all of them
cohorts as (
    select
        conversions.cohort_month as counted_month,
        conversions.*
    from conversions
    union all
    select
        cast(null as date) as counted_month,
        conversions.*
    from conversions
),

sums as (
    select
        cohorts.counted_month as cohort_month,
        {%- for track in tracks %}
        {%- for count, column in counts.items() %}
        cast(sum(
            case when cohorts.from_stage = '{{ track }}' then cohorts.{{ column }} else 0 end
        ) as bigint) as {{ track }}_{{ count }},
        {%- endfor %}
        {%- endfor %}
        min(case when cohorts.is_mature then 1 else 0 end) = 1 as is_mature
    from cohorts
    group by cohorts.counted_month
),

compared as (
    select
        sums.cohort_month,
        {%- for track in tracks %}
        {%- for prefix, measure in {'': 'to_customer', 'mature_': 'mature'}.items() %}
        {%- set entered = 'sums.' ~ track ~ '_' ~ prefix ~ 'entered' %}
        {%- set converted = 'sums.' ~ track ~ '_' ~ prefix ~ 'converted' %}
        {{ entered }},
        {{ converted }},
        {{ rate(converted, entered) }} as {{ track }}_{{ measure }}_rate,
        {{ wilson_bound(converted, entered, 'low') }} as {{ track }}_{{ measure }}_low,
        {{ wilson_bound(converted, entered, 'high') }} as {{ track }}_{{ measure }}_high,
        {%- endfor %}
        {%- endfor %}
        customer_stage.horizon_days,
        sums.is_mature,
        sums.mql_entered < {{ var('min_sample') }}
        or sums.pql_entered < {{ var('min_sample') }} as is_small_sample
    from sums
    cross join customer_stage
)

select * from compared
