-- Each quarter, and each source of a lead, has every band of the seed: nobody is a number too.
with

cells as (
    select
        calibration.cohort_quarter,
        calibration.dimension,
        calibration.dimension_value,
        count(*) as bands_there
    from {{ ref('mart_score_calibration') }} as calibration
    group by calibration.cohort_quarter, calibration.dimension, calibration.dimension_value
),

bands as (
    select count(*) as bands_wanted
    from {{ ref('stg_score_bands') }}
),

quarters as (
    select distinct cells.cohort_quarter
    from cells
),

wanted as (
    select count(distinct coalesce(leads.lead_source, '')) + 1 as cells_wanted
    from {{ ref('dim_leads') }} as leads
),

incomplete as (
    select
        quarters.cohort_quarter,
        count(cells.dimension) as cells_there
    from quarters
    cross join bands
    cross join wanted
    left join cells
        on
            coalesce(quarters.cohort_quarter, cast('1000-01-01' as date))
            = coalesce(cells.cohort_quarter, cast('1000-01-01' as date))
            and bands.bands_wanted = cells.bands_there
    group by quarters.cohort_quarter, wanted.cells_wanted
    having count(cells.dimension) <> wanted.cells_wanted
)

select * from incomplete
