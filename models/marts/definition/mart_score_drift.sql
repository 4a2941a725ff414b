{%- set from_month, to_month = var('drift_reference_from'), var('drift_reference_to') -%}
{%- set axes = {
    'fit': 'scores.fit_hundredths',
    'intent': 'scores.intent_hundredths',
    'total': 'scores.fit_hundredths + scores.intent_hundredths',
} -%}
{%- set bins = var('drift_bins') -%}
with

fates as (
    select * from {{ ref('int_lead_fates') }}
),

landmark_scores as (
    select * from {{ ref('int_landmark_scores') }}
),

classes as (
    select * from {{ ref('stg_psi_classes') }}
),

as_of as (
    select * from {{ ref('stg_as_of') }}
),

-- All leads are asked on the same day of their life. The scores of a month's end would compare those that had
-- four weeks with those that had one day; those of the MQLs are cut off at the bar.
leads_asked as (
    select
        fates.lead_id,
        fates.landmark_at,
        {{ dbt.date_trunc('month', 'fates.created_at') }} as month_at
    from fates
    cross join as_of
    where fates.landmark_at <= as_of.as_of
),

months as (
    select
        leads_asked.month_at,
        count(*) as leads,
        {{ dbt.dateadd('day', var('rule_landmark_days'), dbt.dateadd('month', 1, 'leads_asked.month_at')) }}
        <= max(as_of.as_of) as is_mature
    from leads_asked
    cross join as_of
    group by leads_asked.month_at
),

-- a month still filling would move the reference under those that were measured by it
reference_candidates as (
    select
        months.month_at,
        row_number() over (order by months.month_at) as months_from_first
    from months
    where
        months.is_mature
        {%- if from_month %}
        and months.month_at >= cast('{{ from_month }}-01' as {{ dbt.type_timestamp() }})
        {%- endif %}
        {%- if to_month %}
        and months.month_at <= cast('{{ to_month }}-01' as {{ dbt.type_timestamp() }})
        {%- else %}
        and months.leads >= {{ var('min_sample') }}
        {%- endif %}
),

reference_months as (
    select *
    from reference_candidates
    {%- if not to_month %}
    where reference_candidates.months_from_first <= {{ var('drift_reference_months') }}
    {%- endif %}
),

scores as (
    select
        landmark_scores.definition_id,
        landmark_scores.lead_id,
        leads_asked.month_at,
        landmark_scores.fit_hundredths,
        landmark_scores.intent_hundredths
    from landmark_scores
    inner join leads_asked
        on landmark_scores.lead_id = leads_asked.lead_id
),

score_counts as (
    {%- for axis, hundredths in axes.items() %}
    select
        scores.definition_id,
        '{{ axis }}' as axis,
        scores.month_at,
        {{ hundredths }} as hundredths,
        count(*) as leads
    from scores
    group by scores.definition_id, scores.month_at, {{ hundredths }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

reference_counts as (
    select
        score_counts.definition_id,
        score_counts.axis,
        score_counts.hundredths,
        {{ whole_sum('score_counts.leads') }} as leads
    from score_counts
    inner join reference_months
        on score_counts.month_at = reference_months.month_at
    group by score_counts.definition_id, score_counts.axis, score_counts.hundredths
),

reference_ranked as (
    select
        reference_counts.definition_id,
        reference_counts.axis,
        reference_counts.hundredths,
        reference_counts.leads as leads_with_it,
        cast(sum(reference_counts.leads) over (
            partition by reference_counts.definition_id, reference_counts.axis
            order by reference_counts.hundredths
            rows between unbounded preceding and current row
        ) as bigint) as leads_up_to_it,
        cast(sum(reference_counts.leads) over (
            partition by reference_counts.definition_id, reference_counts.axis
        ) as bigint) as leads
    from reference_counts
),

-- A bin ends at the score of the leads with whom the next tenth of the reference is full, unless that is the
-- last. Many leads with one score fill several tenths at once: that is one end, and fewer bins.
bin_ends as (
    select
        ranked.definition_id,
        ranked.axis,
        ranked.hundredths
    from reference_ranked as ranked
    where
        {{ whole_quotient('ranked.leads_up_to_it * ' ~ bins, 'ranked.leads') }}
        > {{ whole_quotient('(ranked.leads_up_to_it - ranked.leads_with_it) * ' ~ bins, 'ranked.leads') }}
        and (ranked.leads_up_to_it - ranked.leads_with_it) * {{ bins }} < ranked.leads * {{ bins - 1 }}
),

scores_binned as (
    select
        score_counts.definition_id,
        score_counts.axis,
        score_counts.month_at,
        score_counts.hundredths,
        score_counts.leads,
        count(bin_ends.hundredths) as bin_number
    from score_counts
    left join bin_ends
        on
            score_counts.definition_id = bin_ends.definition_id
            and score_counts.axis = bin_ends.axis
            and score_counts.hundredths > bin_ends.hundredths
    group by
        score_counts.definition_id,
        score_counts.axis,
        score_counts.month_at,
        score_counts.hundredths,
        score_counts.leads
),

month_bins as (
    select
        scores_binned.definition_id,
        scores_binned.axis,
        scores_binned.month_at,
        scores_binned.bin_number,
        {{ whole_sum('scores_binned.leads') }} as leads
    from scores_binned
    group by
        scores_binned.definition_id,
        scores_binned.axis,
        scores_binned.month_at,
        scores_binned.bin_number
),

bins as (
    select
        month_bins.definition_id,
        month_bins.axis,
        month_bins.bin_number,
        {{ whole_sum('case when reference_months.month_at is not null then month_bins.leads else 0 end') }}
            as reference_leads
    from month_bins
    left join reference_months
        on month_bins.month_at = reference_months.month_at
    group by month_bins.definition_id, month_bins.axis, month_bins.bin_number
),

reference_totals as (
    select coalesce({{ whole_sum('months.leads') }}, 0) as leads
    from months
    inner join reference_months
        on months.month_at = reference_months.month_at
),

-- every bin is asked of every month, also those none of its leads is in
cells as (
    select
        bins.definition_id,
        bins.axis,
        months.month_at,
        months.is_mature,
        months.leads,
        reference_totals.leads as reference_leads,
        coalesce(month_bins.leads, 0) as bin_leads,
        bins.reference_leads as bin_reference_leads
    from bins
    cross join months
    cross join reference_totals
    left join month_bins
        on
            bins.definition_id = month_bins.definition_id
            and bins.axis = month_bins.axis
            and bins.bin_number = month_bins.bin_number
            and months.month_at = month_bins.month_at
),

sums as (
    select
        cells.definition_id,
        cells.axis,
        cells.month_at,
        cells.is_mature,
        cells.leads,
        cells.reference_leads,
        case
            when cells.reference_leads > 0
                then sum(case when cells.bin_leads + cells.bin_reference_leads > 0 then 1 else 0 end)
            else 0
        end as bins,
        sum({{ psi_term(
            'cells.bin_leads', 'cells.leads', 'cells.bin_reference_leads', 'cells.reference_leads'
        ) }}) as psi
    from cells
    group by
        cells.definition_id,
        cells.axis,
        cells.month_at,
        cells.is_mature,
        cells.leads,
        cells.reference_leads
),

sums_dated as (
    select
        sums.*,
        reference_months.month_at is not null as is_reference
    from sums
    left join reference_months
        on sums.month_at = reference_months.month_at
),

limited as (
    select
        sums_dated.*,
        {{ psi_chance_limit(
            'sums_dated.bins', 'sums_dated.leads', 'sums_dated.reference_leads', 'sums_dated.is_reference'
        ) }} as chance_limit
    from sums_dated
),

drift as (
    select
        cast(limited.month_at as date) as period_month,
        limited.definition_id,
        limited.axis,
        limited.leads,
        limited.reference_leads,
        cast(limited.bins as integer) as bins,
        cast(limited.psi as {{ type_double() }}) as psi,
        classes.psi_class,
        limited.chance_limit,
        limited.psi > limited.chance_limit as is_beyond_chance,
        limited.is_mature,
        limited.is_reference,
        limited.leads < {{ var('min_sample') }} as is_small_sample
    from limited
    left join classes
        on
            limited.psi >= classes.min_psi
            and (classes.below_psi is null or limited.psi < classes.below_psi)
)

select * from drift
