-- A. Agresti, Categorical Data Analysis: infants' malformations by the mother's drinks a day, scores 0, 0.5,
-- 1.5, 4 and 7, z squared 6.57. Scores are doubled to be whole, which moves no z. One group, no success and
-- no failure have no trend.
with

malformations as (
    {%- for score, trials, successes in [
        (0, 17114, 48), (1, 14502, 38), (3, 793, 5), (8, 127, 1), (14, 38, 1)
    ] %}
    select
        {{ score }} as score,
        {{ trials }} as trials,
        {{ successes }} as successes
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

samples as (
    select
        'published' as case_name,
        6.57 as z_squared,
        malformations.*
    from malformations
    union all
    select
        'one group' as case_name,
        null as z_squared,
        malformations.*
    from malformations
    where malformations.score = 1
    union all
    select
        'no success' as case_name,
        null as z_squared,
        malformations.score,
        malformations.trials,
        0 as successes
    from malformations
    union all
    select
        'no failure' as case_name,
        null as z_squared,
        malformations.score,
        malformations.trials,
        malformations.trials as successes
    from malformations
),

sums as (
    select
        samples.case_name,
        max(samples.z_squared) as z_squared,
        {{ whole_sum('samples.trials') }} as trials,
        {{ whole_sum('samples.successes') }} as successes,
        {{ whole_sum('samples.trials * samples.score') }} as trials_x,
        {{ whole_sum('samples.trials * samples.score * samples.score') }} as trials_xx,
        {{ whole_sum('samples.successes * samples.score') }} as successes_x
    from samples
    group by samples.case_name
),

computed as (
    select
        sums.*,
        {{ cochran_armitage_z(
            'sums.trials', 'sums.successes', 'sums.trials_x', 'sums.trials_xx', 'sums.successes_x'
        ) }} as z
    from sums
),

disagreements as (
    select computed.*
    from computed
    where
        (computed.z_squared is null and computed.z is not null)
        or (
            computed.z_squared is not null
            and not coalesce(
                computed.z > 0 and abs(computed.z * computed.z - computed.z_squared) <= 0.005, false
            )
        )
)

select * from disagreements
