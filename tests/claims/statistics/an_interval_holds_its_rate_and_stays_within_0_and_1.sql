-- Every k of n below 100: rounding could break what the formula promises. Without trials all are null.
with

digits as (
    {%- for digit in range(10) %}
    select {{ digit }} as ones_digit
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

numbers as (
    select tens.ones_digit * 10 + ones.ones_digit as whole_number
    from digits as tens
    cross join digits as ones
),

samples as (
    select
        successes.whole_number as successes,
        trials.whole_number as trials
    from numbers as successes
    inner join numbers as trials
        on successes.whole_number <= trials.whole_number
),

intervals as (
    select
        samples.successes,
        samples.trials,
        {{ rate('samples.successes', 'samples.trials') }} as rate,
        {{ wilson_bound('samples.successes', 'samples.trials', 'low') }} as low,
        {{ wilson_bound('samples.successes', 'samples.trials', 'high') }} as high
    from samples
),

broken as (
    select intervals.*
    from intervals
    where
        (
            intervals.trials = 0
            and (intervals.rate is not null or intervals.low is not null or intervals.high is not null)
        )
        or (
            intervals.trials > 0
            and not coalesce(
                intervals.low >= 0
                and intervals.low <= intervals.rate
                and intervals.rate <= intervals.high
                and intervals.high <= 1
                and (intervals.successes > 0 or intervals.low = 0)
                and (intervals.successes < intervals.trials or intervals.high = 1),
                false
            )
        )
)

select * from broken
