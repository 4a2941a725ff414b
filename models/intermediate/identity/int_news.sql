{%- set fingerprint = agreement_fingerprint() if execute -%}
with

as_of as (
    select * from {{ ref('stg_as_of') }}
),

attempts as (
    select
        min(attempts.as_of) as earliest_as_of,
        max(attempts.as_of) as latest_as_of,
        max(
            case when attempts.fingerprint = '{{ fingerprint }}' then 0 else 1 end
        ) as is_stranger
    from {{ ref('stg_refresh_attempts') }} as attempts
),

-- No row where nothing is known of an earlier run, or the agreement has changed since, or another one was
-- half taken in by a run that never came to its end.
known as (
    select
        state.last_batch_number,
        least(state.as_of, as_of.as_of, coalesce(attempts.earliest_as_of, as_of.as_of)) as from_as_of,
        greatest(state.as_of, as_of.as_of, coalesce(attempts.latest_as_of, as_of.as_of)) as to_as_of
    from {{ ref('stg_refresh_state') }} as state
    cross join as_of
    cross join attempts
    where
        state.fingerprint = '{{ fingerprint }}'
        and coalesce(attempts.is_stranger, 0) = 0
        and 1 = {{ 1 if keeps_earlier_rows() else 0 }}
),

news as (
    select
        count(*) = 0 as is_everything_new,
        max(known.last_batch_number) as last_batch_number,
        max(known.from_as_of) as from_as_of,
        max(known.to_as_of) as to_as_of
    from known
)

select * from news
