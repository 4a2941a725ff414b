with

findings as (
    select
        definitions.definition_id,
        sum(case when lint.is_vague then 1 else 0 end) as vague,
        sum(case when lint.finding = 'not_vague' then 1 else 0 end) as not_vague
    from {{ ref('stg_definitions') }} as definitions
    left join {{ ref('mart_definition_lint') }} as lint
        on definitions.definition_id = lint.definition_id
    group by definitions.definition_id
)

select findings.*
from findings
where (findings.vague > 0) = (findings.not_vague > 0)
