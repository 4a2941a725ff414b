-- Volumes and actual amounts. Expected pipelines do not add up: each channel has a deal size of its own.
with

sums as (
    select
        contribution.cohort_month,
        contribution.level,
        sum(contribution.mqls) as mqls,
        sum(contribution.mqls_to_sql) as mqls_to_sql,
        sum(contribution.opportunities) as opportunities,
        sum(contribution.won_deals) as won_deals,
        coalesce(sum(contribution.pipeline_amount), 0) as pipeline_amount,
        coalesce(sum(contribution.won_amount), 0) as won_amount
    from {{ ref('mart_pipeline_contribution') }} as contribution
    group by contribution.cohort_month, contribution.level
),

disagreements as (
    select parts.*
    from sums as parts
    inner join sums as wholes
        on
            parts.cohort_month = wholes.cohort_month
            and wholes.level = 'all'
    where
        parts.mqls <> wholes.mqls
        or parts.mqls_to_sql <> wholes.mqls_to_sql
        or parts.opportunities <> wholes.opportunities
        or parts.won_deals <> wholes.won_deals
        or parts.pipeline_amount <> wholes.pipeline_amount
        or parts.won_amount <> wholes.won_amount
)

select * from disagreements
