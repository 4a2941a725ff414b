{% set weeks = '6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+'.split() -%}
-- Remission of 21 children with leukaemia under 6-mercaptopurine, in weeks; a plus is one that still lasted:
-- E. J. Freireich et al., Blood 21 (1963), 699-716. Shares, standard errors (survival times the root of
-- Greenwood's sum) and log-log intervals as D. G. Kleinbaum & M. Klein, Survival Analysis, print them, to
-- four decimals: half of the last one is the tolerance.
with

patients as (
    {%- for week in weeks %}
    select
        {{ week | replace('+', '') }} as after_days,
        {{ 0 if '+' in week else 1 }} as is_converted
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

days_counted as (
    select
        '6-mp' as arm,
        patients.after_days,
        sum(patients.is_converted) as converted,
        sum(1 - patients.is_converted) as censored
    from patients
    group by patients.after_days
),

estimated as (
    {{ kaplan_meier('days_counted', ['arm']) }}
),

published as (
    {%- for day, at_risk, survival, error, low, high in [
        (6, 21, 0.8571, 0.0764, 0.6197, 0.9516),
        (7, 17, 0.8067, 0.0869, 0.5631, 0.9228),
        (10, 15, 0.7529, 0.0963, 0.5032, 0.8894),
        (13, 12, 0.6902, 0.1068, 0.4316, 0.8491),
        (16, 11, 0.6275, 0.1141, 0.3675, 0.8049),
        (22, 7, 0.5378, 0.1282, 0.2678, 0.7468),
        (23, 6, 0.4482, 0.1346, 0.1881, 0.6801),
        (35, 1, 0.4482, 0.1346, 0.1881, 0.6801),
    ] %}
    select
        {{ day }} as after_days,
        {{ at_risk }} as at_risk,
        {{ survival }} as survival,
        {{ error }} as standard_error,
        {{ low }} as low,
        {{ high }} as high
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

compared as (
    select
        published.*,
        estimated.at_risk as computed_at_risk,
        cast(estimated.survival as {{ type_double() }}) as computed_survival,
        cast(estimated.survival as {{ type_double() }}) * sqrt(estimated.log_survival_variance)
            as computed_standard_error,
        1 - {{ log_log_bound('estimated.survival', 'estimated.log_survival_variance', 'high') }}
            as computed_low,
        1 - {{ log_log_bound('estimated.survival', 'estimated.log_survival_variance', 'low') }}
            as computed_high
    from published
    left join estimated
        on published.after_days = estimated.after_days
),

disagreements as (
    select compared.*
    from compared
    where
        not coalesce(
            compared.computed_at_risk = compared.at_risk
            and abs(compared.computed_survival - compared.survival) <= 0.00005
            and abs(compared.computed_standard_error - compared.standard_error) <= 0.00005
            and abs(compared.computed_low - compared.low) <= 0.00005
            and abs(compared.computed_high - compared.high) <= 0.00005,
            false
        )
)

select * from disagreements
