{%- set measures = {
    'picked': ['picked', 'leads'],
    'precision': ['picked_customers', 'picked'],
    'recall': ['picked_customers', 'customers'],
    'false_positive': ['(sums.picked - sums.picked_customers)', '(sums.leads - sums.customers)'],
} -%}
{%- set cost, gain = var('mql_handling_cost') | string, var('customer_gain') | string -%}
{%- set step = var('threshold_step') * 100 -%}
{%- set amount = 'decimal(18, 2)' -%}
with

peak_scores as {{ read_where_used() }} (
    select * from {{ ref('int_peak_scores') }}
),

fates as (
    select * from {{ ref('int_lead_fates') }}
),

definitions as (
    select * from {{ ref('stg_definitions') }}
),

criteria as (
    select *
    from {{ ref('stg_stage_criteria') }} as criteria
    where criteria.stage = 'mql'
),

-- thresholds are asked of score values, which are few, and not of leads
histogram as (
    select
        peak_scores.definition_id,
        peak_scores.axis,
        peak_scores.hundredths,
        {{ whole_sum('fates.is_mature') }} as leads,
        {{ whole_sum('fates.is_mature_won') }} as customers
    from peak_scores
    inner join fates
        on peak_scores.lead_id = fates.lead_id
    where fates.is_mature = 1
    group by peak_scores.definition_id, peak_scores.axis, peak_scores.hundredths
),

thresholds_in_use as (
    {%- for axis in ['total', 'fit', 'intent'] %}
    select
        criteria.definition_id,
        '{{ axis }}' as axis,
        criteria.min_{{ axis }}_score as threshold
    from criteria
    where criteria.min_{{ axis }}_score is not null
    {{ 'union' if not loop.last }}
    {%- endfor %}
),

axes as (
    select distinct peak_scores.axis
    from peak_scores
),

-- nought, each step in which somebody stands, and what the definition asks for itself
thresholds as (
    select
        definitions.definition_id,
        axes.axis,
        0 as threshold
    from definitions
    cross join axes
    union
    select
        histogram.definition_id,
        histogram.axis,
        cast(({{ step_below('histogram.hundredths', step) }}) / 100 as integer) as threshold
    from histogram
    union
    select
        thresholds_in_use.definition_id,
        thresholds_in_use.axis,
        thresholds_in_use.threshold
    from thresholds_in_use
),

sums as (
    select
        thresholds.definition_id,
        thresholds.axis,
        thresholds.threshold,
        {{ whole_sum('coalesce(histogram.leads, 0)') }} as leads,
        {{ whole_sum('coalesce(histogram.customers, 0)') }} as customers,
        {%- set is_picked = 'histogram.hundredths >= thresholds.threshold * 100' %}
        {{ whole_sum('case when ' ~ is_picked ~ ' then histogram.leads else 0 end') }} as picked,
        {{ whole_sum('case when ' ~ is_picked ~ ' then histogram.customers else 0 end') }} as picked_customers
    from thresholds
    left join histogram
        on
            thresholds.definition_id = histogram.definition_id
            and thresholds.axis = histogram.axis
    group by thresholds.definition_id, thresholds.axis, thresholds.threshold
),

rates as (
    select
        sums.*,
        {%- for measure, parts in measures.items() %}
        {%- set counted = parts[0] if '.' in parts[0] else 'sums.' ~ parts[0] %}
        {%- set whole = parts[1] if '.' in parts[1] else 'sums.' ~ parts[1] %}
        {{ rate(counted, whole) }} as {{ measure }}_rate,
        {{ wilson_bound(counted, whole, 'low') }} as {{ measure }}_low,
        {{ wilson_bound(counted, whole, 'high') }} as {{ measure }}_high,
        {%- endfor %}
        {{ rate_ratio('sums.picked_customers', 'sums.picked', 'sums.customers', 'sums.leads') }} as lift
    from sums
),

sweep as (
    select
        rates.definition_id,
        definitions.is_official,
        rates.axis,
        cast(rates.threshold as integer) as threshold,
        thresholds_in_use.threshold is not null as is_in_use,
        rates.leads,
        rates.customers,
        rates.picked,
        rates.picked_customers,
        {%- for measure in measures %}
        rates.{{ measure }}_rate,
        rates.{{ measure }}_low,
        rates.{{ measure }}_high,
        {%- endfor %}
        rates.lift,
        rates.recall_rate - rates.false_positive_rate as youden_j,
        {% if cost and gain -%}
        cast(
            cast('{{ gain }}' as {{ amount }}) * rates.picked_customers
            - cast('{{ cost }}' as {{ amount }}) * rates.picked as {{ amount }}
        ) as expected_value,
        {%- else -%}
        cast(null as {{ amount }}) as expected_value,
        {%- endif %}
        rates.picked < {{ var('min_sample') }} as is_small_sample
    from rates
    inner join definitions
        on rates.definition_id = definitions.definition_id
    left join thresholds_in_use
        on
            rates.definition_id = thresholds_in_use.definition_id
            and rates.axis = thresholds_in_use.axis
            and rates.threshold = thresholds_in_use.threshold
)

select * from sweep
