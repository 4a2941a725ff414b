{#-
    shrunk_rate('totals.sqls', 'totals.mqls', 'overall.sqls', 'overall.mqls', 30) -> a rate to rank by, as a double

    Mean of the beta-binomial posterior whose prior is the overall rate, with the weight of `strength` trials:
    (part + strength * overall rate) / (whole + strength). With few trials it is near the overall rate, with many
    near the row's own. As one quotient of whole numbers, so that what is equal on paper is a tie. Null where the
    row, or everybody, has no trials.
-#}
{% macro shrunk_rate(part, whole, overall_part, overall_whole, strength) -%}
    {%- set double = type_double() -%}
    case when {{ whole }} > 0 and {{ overall_whole }} > 0
        then
            (
                cast({{ part }} as {{ double }}) * {{ overall_whole }}
                + cast({{ overall_part }} as {{ double }}) * {{ strength }}
            )
            / (({{ whole }} + {{ strength }}) * cast({{ overall_whole }} as {{ double }}))
    end
{%- endmacro %}
