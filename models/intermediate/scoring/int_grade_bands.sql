with

grades as (
    select * from {{ ref('stg_grades') }}
),

bands as (
    select
        grades.definition_id,
        grades.axis,
        grades.grade,
        grades.min_score * 100 as from_hundredths,
        lead(grades.min_score * 100) over (
            partition by grades.definition_id, grades.axis
            order by grades.min_score
        ) as below_hundredths
    from grades
)

select * from bands
