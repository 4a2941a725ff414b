{#-
    kaplan_meier('days_counted', ['channel', 'to_stage']) -> a select: a curve for each combination of the keys

    `days_counted` has one row per keys and `after_days`, with whole numbers `converted` and `censored`: of those watched to
    that day, how many converted on it, and how many were not seen any further. Who is censored on a day was at risk
    on it. What comes out has the keys, `after_days`, `converted`, `censored`, and
        entered              everybody the curve is about
        at_risk              watched to this day, and not converted before it
        survival             share not converted by the end of the day: product over days of 1 - converted / at_risk
                             (E. L. Kaplan & P. Meier, Journal of the American Statistical Association 53, 1958)
        log_survival_variance  sum over days of converted / (at_risk * (at_risk - converted)), the variance of ln
                             survival (M. Greenwood, Reports on Public Health 33, 1926)

    A product of doubles depends on the order of its factors. So the logarithms are taken to 20 digits and added as
    decimals, and survival is rounded to 12: what is a half on paper is a half here, on every warehouse. Beyond the
    last day anybody was watched survival is null, unless everybody had converted.
-#}
{% macro kaplan_meier(days_counted, keys) -%}
    {%- set exact, rounded = type_exact(38, 20), type_exact(18, 12) -%}
    {%- set double = type_double() -%}
    {%- set so_far -%}
        partition by {{ keys | join(', ') }} order by after_days rows between unbounded preceding and current row
    {%- endset -%}
    select
        {{ keys | join(', ') }},
        after_days,
        entered,
        at_risk,
        converted,
        censored,
        case
            when sum(is_last) over ({{ so_far }}) > 0 then cast(0 as {{ rounded }})
            when at_risk > 0
                then cast(exp(cast(sum(log_term) over ({{ so_far }}) as {{ double }})) as {{ rounded }})
        end as survival,
        case when at_risk > 0 and sum(is_last) over ({{ so_far }}) = 0
            then cast(sum(variance_term) over ({{ so_far }}) as {{ double }})
        end as log_survival_variance
    from (
        select
            watched.*,
            case when converted > 0 and converted = at_risk then 1 else 0 end as is_last,
            case
                when converted = 0 then cast(0 as {{ exact }})
                when converted < at_risk
                    then cast(ln(cast(at_risk - converted as {{ double }}) / at_risk) as {{ exact }})
            end as log_term,
            case
                when converted = 0 then cast(0 as {{ exact }})
                when converted < at_risk
                    then cast(
                        cast(converted as {{ double }}) / at_risk / (at_risk - converted) as {{ exact }}
                    )
            end as variance_term
        from (
            select
                {{ days_counted }}.*,
                cast(sum(converted + censored) over (partition by {{ keys | join(', ') }}) as bigint) as entered,
                cast(sum(converted + censored) over (
                    partition by {{ keys | join(', ') }} order by after_days
                    rows between current row and unbounded following
                ) as bigint) as at_risk
            from {{ days_counted }}
        ) as watched
    ) as terms
{%- endmacro %}
