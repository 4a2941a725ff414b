-- On every axis of every definition each lead that is old enough is in one month, and the reference is those
-- of its months.
with

drift as (
    select * from {{ ref('mart_score_drift') }}
),

leads_asked as (
    select count(*) as leads
    from {{ ref('int_lead_fates') }} as fates
    cross join {{ ref('stg_as_of') }} as as_of
    where fates.landmark_at <= as_of.as_of
),

sums as (
    select
        drift.definition_id,
        drift.axis,
        sum(drift.leads) as leads,
        sum(case when drift.is_reference then drift.leads else 0 end) as leads_in_reference,
        min(drift.reference_leads) as least_reference_leads,
        max(drift.reference_leads) as most_reference_leads
    from drift
    group by drift.definition_id, drift.axis
),

-- also where no row is there to sum
everything as (
    {%- for axis in ['fit', 'intent', 'total'] %}
    select
        definitions.definition_id,
        '{{ axis }}' as axis
    from {{ ref('stg_definitions') }} as definitions
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

problems as (
    select
        everything.definition_id,
        everything.axis,
        'leads are missing or counted twice' as problem
    from everything
    cross join leads_asked
    left join sums
        on
            everything.definition_id = sums.definition_id
            and everything.axis = sums.axis
    where coalesce(sums.leads, 0) <> leads_asked.leads
    union all
    select
        sums.definition_id,
        sums.axis,
        'the reference is not its months' as problem
    from sums
    where
        sums.least_reference_leads <> sums.leads_in_reference
        or sums.most_reference_leads <> sums.leads_in_reference
    union all
    select
        drift.definition_id,
        drift.axis,
        'an index is below 0, has no class, or is said without a reference' as problem
    from drift
    where
        drift.psi < 0
        or (drift.reference_leads > 0) <> (drift.psi is not null)
        or (drift.reference_leads > 0) <> (drift.psi_class is not null)
        or (drift.reference_leads > 0) <> (drift.chance_limit is not null)
    union all
    select
        drift.definition_id,
        drift.axis,
        'the reference has moved against itself' as problem
    from drift
    where drift.is_reference and drift.leads = drift.reference_leads and drift.psi <> 0
)

select * from problems
