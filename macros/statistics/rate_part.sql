{#-
    rate_part('share_before', 'share_now', 'rate_before', 'rate_now', 'total_before', 'total_now') -> a double

    What a part's own change of rate did to the rate of the whole: the change times its mean share. See mix_part.
    0 for a part that came or went; null where the whole has no rate in either period.
-#}
{% macro rate_part(share_before, share_now, rate_before, rate_now, total_before, total_now) -%}
    case when {{ total_before }} is not null and {{ total_now }} is not null then
        coalesce(
            ({{ rate_now }} - {{ rate_before }}) * ({{ share_before }} + {{ share_now }}) / 2,
            0
        )
    end
{%- endmacro %}
