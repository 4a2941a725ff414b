with

source as (
    select * from {{ ref('score_bands') }}
),

typed as (
    select
        trim(source.score_band) as score_band,
        cast(trim(source.min_total_score) as integer) as min_total_score,
        trim(source.reason) as reason
    from source
),

-- a band ends where the next one begins; the one without a score stands below all and has neither end
ranked as (
    select
        typed.score_band,
        typed.min_total_score * 100 as from_hundredths,
        case
            when typed.min_total_score is not null
                then lead(typed.min_total_score) over (order by typed.min_total_score nulls first) * 100
        end as below_hundredths,
        coalesce(typed.min_total_score = min(typed.min_total_score) over (), false) as is_lowest,
        row_number() over (order by typed.min_total_score nulls first, typed.score_band) - 1 as band_rank,
        typed.reason
    from typed
)

select * from ranked
