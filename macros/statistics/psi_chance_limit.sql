{#-
    psi_chance_limit('sums.bins', 'sums.leads', 'sums.reference_leads', 'sums.is_reference')
        -> the index that about 95 of 100 samples of an unchanged population stay below, as a double; null without
           a reference

    Of an unchanged population the index is about chi square with bins - 1 degrees of freedom, times
    1/leads + 1/reference_leads (B. Yurdakul & J. Naranjo, Journal of Risk Model Validation 14, 2020); the quantile by
    E. B. Wilson & M. M. Hilferty (1931). A sample that is part of the reference varies less: 1/leads - 1/reference_leads.
-#}
{% macro psi_chance_limit(bins, leads, reference_leads, is_reference) -%}
    {%- set double = type_double() -%}
    {%- set freedom = 'cast(' ~ bins ~ ' - 1 as ' ~ double ~ ')' -%}
    {%- set ninth = '2 / (9 * ' ~ freedom ~ ')' -%}
    case
        when {{ leads }} > 0 and {{ reference_leads }} > 0 and {{ bins }} = 1 then cast(0 as {{ double }})
        when {{ leads }} > 0 and {{ reference_leads }} > 0 and {{ bins }} > 1
            then
                {{ freedom }} * power(1 - {{ ninth }} + 1.6448536269514722 * sqrt({{ ninth }}), 3) * (
                    1 / cast({{ leads }} as {{ double }})
                    + case when {{ is_reference }} then -1 else 1 end / cast({{ reference_leads }} as {{ double }})
                )
    end
{%- endmacro %}
