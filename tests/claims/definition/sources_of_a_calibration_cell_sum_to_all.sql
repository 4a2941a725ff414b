with

sums as (
    select
        calibration.cohort_quarter,
        calibration.score_band,
        sum(case when calibration.dimension = 'all' then calibration.mqls else 0 end) as mqls,
        sum(case when calibration.dimension = 'lead_source' then calibration.mqls else 0 end)
            as mqls_of_parts,
        sum(case when calibration.dimension = 'all' then calibration.customers else 0 end) as customers,
        sum(case when calibration.dimension = 'lead_source' then calibration.customers else 0 end)
            as customers_of_parts,
        sum(case when calibration.dimension = 'all' then calibration.mature_mqls else 0 end) as mature_mqls,
        sum(case when calibration.dimension = 'lead_source' then calibration.mature_mqls else 0 end)
            as mature_mqls_of_parts
    from {{ ref('mart_score_calibration') }} as calibration
    group by calibration.cohort_quarter, calibration.score_band
)

select sums.*
from sums
where
    sums.mqls <> sums.mqls_of_parts
    or sums.customers <> sums.customers_of_parts
    or sums.mature_mqls <> sums.mature_mqls_of_parts
