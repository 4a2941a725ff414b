{#-
    sum(psi_term('bins.leads', 'months.leads', 'bins.reference_leads', 'months.reference_leads'))

    One bin's part of the population stability index of a distribution against a reference:
    (share - reference share) * ln(share / reference share); the parts sum to the index (E. M. Lewis, An Introduction
    to Credit Scoring, 1994; the divergence of H. Jeffreys, 1946). A bin that one side leaves empty counts as half
    a one there, since a logarithm of nothing is endless; one that both leave empty is 0. No part is below 0. In
    decimals, so that no order of summing moves a figure.
-#}
{% macro psi_term(part, whole, reference_part, reference_whole) -%}
    {%- set double = type_double() -%}
    {%- set share -%}
        (greatest(cast({{ part }} as {{ double }}), 0.5) / {{ whole }})
    {%- endset -%}
    {%- set reference_share -%}
        (greatest(cast({{ reference_part }} as {{ double }}), 0.5) / {{ reference_whole }})
    {%- endset -%}
    case
        when {{ part }} = 0 and {{ reference_part }} = 0 then cast(0 as {{ type_exact(28, 12) }})
        when {{ whole }} > 0 and {{ reference_whole }} > 0
            then cast(
                ({{ share }} - {{ reference_share }}) * ln({{ share }} / {{ reference_share }})
                as {{ type_exact(28, 12) }}
            )
    end
{%- endmacro %}
