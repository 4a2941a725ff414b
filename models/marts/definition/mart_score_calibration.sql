{%- set measures = {
    'conversion': ['customers', 'mqls'],
    'mature': ['mature_customers', 'mature_mqls'],
} -%}
with

steps as (
    select *
    from {{ ref('int_step_conversions') }} as steps
    where steps.from_stage = 'mql' and steps.to_stage = 'customer' and steps.is_entered = 1
),

entries as (
    select *
    from {{ ref('int_stage_entries') }} as entries
    where entries.stage = 'mql'
),

leads as (
    select * from {{ ref('dim_leads') }}
),

bands as (
    select * from {{ ref('stg_score_bands') }}
),

days as (
    select * from {{ ref('int_days') }}
),

-- the score frozen at the entry; an MQL that was reported has none, and a band of its own
scored as (
    select
        steps.lead_id,
        {{ dbt.date_trunc('quarter', 'steps.from_observed_at') }} as quarter_at,
        steps.is_converted,
        steps.is_mature,
        steps.is_mature_converted,
        entries.fit_hundredths + entries.intent_hundredths as total_hundredths
    from steps
    inner join entries
        on
            steps.lead_id = entries.lead_id
            and steps.cycle = entries.cycle
),

banded as (
    select
        scored.*,
        leads.lead_source,
        bands.score_band
    from scored
    inner join leads
        on scored.lead_id = leads.lead_id
    inner join bands
        on
            (scored.total_hundredths is null and bands.from_hundredths is null)
            or (
                (scored.total_hundredths >= bands.from_hundredths or bands.is_lowest)
                and (bands.below_hundredths is null or scored.total_hundredths < bands.below_hundredths)
            )
),

-- Every cell is there, whoever fell into it: the quarters from the first MQL to the last, all sources that
-- leads came from, all bands.
quarters as (
    select distinct {{ dbt.date_trunc('quarter', 'days.day_date') }} as quarter_at
    from days
),

bounds as (
    select
        min(banded.quarter_at) as first_quarter_at,
        max(banded.quarter_at) as last_quarter_at
    from banded
),

quarters_seen as (
    select cast(quarters.quarter_at as date) as cohort_quarter
    from quarters
    inner join bounds
        on
            quarters.quarter_at >= bounds.first_quarter_at
            and quarters.quarter_at <= bounds.last_quarter_at
    union all
    select cast(null as date) as cohort_quarter
),

values_seen as (
    select
        'all' as dimension,
        cast(null as {{ dbt.type_string() }}) as dimension_value
    union all
    select distinct
        'lead_source' as dimension,
        leads.lead_source as dimension_value
    from leads
),

cells as (
    select
        quarters_seen.cohort_quarter,
        values_seen.dimension,
        values_seen.dimension_value,
        bands.score_band,
        bands.band_rank
    from quarters_seen
    cross join values_seen
    cross join bands
),

-- each MQL counts four times: in its quarter and in none, for its source and for all
counted as (
    {%- for quarter in ['cast(banded.quarter_at as date)', 'cast(null as date)'] %}
    {%- set outer_last = loop.last %}
    {%- for dimension, value in {
        'all': 'cast(null as ' ~ dbt.type_string() ~ ')', 'lead_source': 'banded.lead_source'
    }.items() %}
    select
        {{ quarter }} as cohort_quarter,
        '{{ dimension }}' as dimension,
        {{ value }} as dimension_value,
        banded.score_band,
        1 as mqls,
        banded.is_converted as customers,
        banded.is_mature as mature_mqls,
        banded.is_mature_converted as mature_customers
    from banded
    {{ 'union all' if not (outer_last and loop.last) }}
    {%- endfor %}
    {%- endfor %}
),

sums as (
    select
        counted.cohort_quarter,
        counted.dimension,
        counted.dimension_value,
        counted.score_band,
        {{ whole_sum('counted.mqls') }} as mqls,
        {{ whole_sum('counted.customers') }} as customers,
        {{ whole_sum('counted.mature_mqls') }} as mature_mqls,
        {{ whole_sum('counted.mature_customers') }} as mature_customers
    from counted
    group by
        counted.cohort_quarter,
        counted.dimension,
        counted.dimension_value,
        counted.score_band
),

cells_counted as (
    select
        cells.*,
        coalesce(sums.mqls, 0) as mqls,
        coalesce(sums.customers, 0) as customers,
        coalesce(sums.mature_mqls, 0) as mature_mqls,
        coalesce(sums.mature_customers, 0) as mature_customers
    from cells
    left join sums
        on
            coalesce(cells.cohort_quarter, cast('1000-01-01' as date))
            = coalesce(sums.cohort_quarter, cast('1000-01-01' as date))
            and cells.dimension = sums.dimension
            and coalesce(cells.dimension_value, '') = coalesce(sums.dimension_value, '')
            and cells.score_band = sums.score_band
),

rates as (
    select
        {%- for measure, parts in measures.items() %}
        {%- set counted, whole = 'cells_counted.' ~ parts[0], 'cells_counted.' ~ parts[1] %}
        {{ rate(counted, whole) }} as {{ measure }}_rate,
        {{ wilson_bound(counted, whole, 'low') }} as {{ measure }}_low,
        {{ wilson_bound(counted, whole, 'high') }} as {{ measure }}_high,
        {%- endfor %}
        cells_counted.*
    from cells_counted
),

-- the surest of the bands below in the same cell; those without a score are in no order
rates_compared as (
    select
        rates.*,
        max(case when rates.band_rank > 0 then rates.mature_low end) over (
            partition by rates.cohort_quarter, rates.dimension, rates.dimension_value
            order by rates.band_rank
            rows between unbounded preceding and 1 preceding
        ) as lower_bands_low
    from rates
),

calibration as (
    select
        rates_compared.cohort_quarter,
        rates_compared.dimension,
        rates_compared.dimension_value,
        rates_compared.score_band,
        cast(rates_compared.band_rank as integer) as band_rank,
        rates_compared.mqls,
        rates_compared.customers,
        rates_compared.conversion_rate,
        rates_compared.conversion_low,
        rates_compared.conversion_high,
        rates_compared.mature_mqls,
        rates_compared.mature_customers,
        rates_compared.mature_rate,
        rates_compared.mature_low,
        rates_compared.mature_high,
        coalesce(rates_compared.mature_high < rates_compared.lower_bands_low, false) as is_out_of_order,
        rates_compared.mqls < {{ var('min_sample') }} as is_small_sample
    from rates_compared
)

select * from calibration
