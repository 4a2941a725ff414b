-- Every k of n below 40, against an overall 3 of 8, with strengths from none to heavy. With strength 0 it is
-- the bare rate, with as much as there are trials halfway; doubles may differ in the last of their 16 digits.
with

digits as (
    {%- for digit in range(40) %}
    select {{ digit }} as whole_number
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

samples as (
    select
        successes.whole_number as successes,
        trials.whole_number as trials,
        3 as overall_successes,
        8 as overall_trials
    from digits as successes
    inner join digits as trials
        on successes.whole_number <= trials.whole_number
),

shrunk as (
    {%- for strength in [0, 1, 30, 1000] %}
    select
        {{ strength }} as strength,
        samples.trials,
        {{ rate('samples.successes', 'samples.trials') }} as own_rate,
        {{ rate('samples.overall_successes', 'samples.overall_trials') }} as overall_rate,
        {{ shrunk_rate(
            'samples.successes', 'samples.trials', 'samples.overall_successes', 'samples.overall_trials', strength
        ) | indent(8) }} as shrunk_rate
    from samples
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

broken as (
    select shrunk.*
    from shrunk
    where
        (shrunk.trials = 0) <> (shrunk.shrunk_rate is null)
        or shrunk.shrunk_rate < least(shrunk.own_rate, shrunk.overall_rate) - 1e-15
        or shrunk.shrunk_rate > greatest(shrunk.own_rate, shrunk.overall_rate) + 1e-15
        or (shrunk.strength = 0 and abs(shrunk.shrunk_rate - shrunk.own_rate) > 1e-15)
        or (
            shrunk.strength = shrunk.trials
            and abs(shrunk.shrunk_rate - (shrunk.own_rate + shrunk.overall_rate) / 2) > 1e-15
        )
)

select * from broken
