with

leads as (
    select *
    from {{ ref('int_leads') }} as leads
    where not leads.is_deleted
),

definitions as (
    select * from {{ ref('stg_definitions') }}
),

as_of as (
    select * from {{ ref('stg_as_of') }}
),

timeline as (
    select * from {{ ref('int_score_timeline') }}
),

qualification as (
    select *
    from {{ ref('int_qualification') }} as qualification
    where qualification.stage = 'mql'
),

grade_bands as (
    select * from {{ ref('int_grade_bands') }}
),

evidence as (
    select * from {{ ref('int_fit_evidence') }}
),

current_scores as (
    select
        timeline.definition_key,
        timeline.lead_key,
        timeline.scored_at,
        timeline.fit_hundredths,
        timeline.intent_hundredths,
        timeline.product_hundredths
    from timeline
    cross join as_of
    where
        timeline.scored_at <= as_of.as_of
        and (timeline.next_scored_at is null or timeline.next_scored_at > as_of.as_of)
),

first_qualified as (
    select
        qualification.definition_key,
        qualification.lead_key,
        min(qualification.scored_at) as first_qualified_at
    from qualification
    cross join as_of
    where qualification.has_credit and qualification.scored_at <= as_of.as_of
    group by qualification.definition_key, qualification.lead_key
),

qualified_now as (
    select
        current_scores.definition_key,
        current_scores.lead_key
    from current_scores
    inner join qualification
        on
            current_scores.definition_key = qualification.definition_key
            and current_scores.lead_key = qualification.lead_key
            and current_scores.scored_at = qualification.scored_at
),

-- the scheduled decays are in the ledger already: the first instant to come at which no criterion holds
cooling as (
    select
        qualified_now.definition_key,
        qualified_now.lead_key,
        min(timeline.scored_at) as cools_at
    from qualified_now
    inner join timeline
        on
            qualified_now.definition_key = timeline.definition_key
            and qualified_now.lead_key = timeline.lead_key
    cross join as_of
    left join qualification
        on
            timeline.definition_key = qualification.definition_key
            and timeline.lead_key = qualification.lead_key
            and timeline.scored_at = qualification.scored_at
    where timeline.scored_at > as_of.as_of and qualification.lead_key is null
    group by qualified_now.definition_key, qualified_now.lead_key
),

scores as (
    select
        definitions.definition_id,
        definitions.definition_key,
        leads.lead_key,
        leads.lead_id,
        as_of.as_of,
        coalesce(current_scores.fit_hundredths, 0) as fit_hundredths,
        coalesce(current_scores.intent_hundredths, 0) as intent_hundredths,
        coalesce(current_scores.product_hundredths, 0) as product_hundredths
    from leads
    cross join definitions
    cross join as_of
    left join current_scores
        on
            definitions.definition_key = current_scores.definition_key
            and leads.lead_key = current_scores.lead_key
),

lead_scores as (
    select
        scores.definition_id,
        scores.lead_id,
        scores.as_of,
        {{ points('scores.fit_hundredths') }} as fit_score,
        {{ points('scores.intent_hundredths') }} as intent_score,
        {{ points('scores.product_hundredths') }} as product_score,
        {{ points('(scores.fit_hundredths + scores.intent_hundredths)') }} as total_score,
        fit_bands.grade as fit_grade,
        intent_bands.grade as intent_grade,
        coalesce(evidence.has_fit_evidence, false) as has_fit_evidence,
        first_qualified.first_qualified_at,
        cooling.cools_at
    from scores
    left join first_qualified
        on
            scores.definition_key = first_qualified.definition_key
            and scores.lead_key = first_qualified.lead_key
    left join cooling
        on
            scores.definition_key = cooling.definition_key
            and scores.lead_key = cooling.lead_key
    left join evidence
        on
            scores.definition_id = evidence.definition_id
            and scores.lead_key = evidence.lead_key
    {% for axis in ['fit', 'intent'] -%}
    left join grade_bands as {{ axis }}_bands
        on
            {{ axis }}_bands.axis = '{{ axis }}'
            and scores.definition_id = {{ axis }}_bands.definition_id
            and scores.{{ axis }}_hundredths >= {{ axis }}_bands.from_hundredths
            and (
                {{ axis }}_bands.below_hundredths is null
                or scores.{{ axis }}_hundredths < {{ axis }}_bands.below_hundredths
            )
    {% endfor %}
)

select * from lead_scores
