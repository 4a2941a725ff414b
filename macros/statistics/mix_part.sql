{#-
    mix_part('share_before', 'share_now', 'rate_before', 'rate_now', 'total_before', 'total_now') -> a double

    What a part's gain or loss of share did to the rate of the whole, from one period to the next: its change of
    share times how far its mean rate lies from the mean rate of the whole. The midpoint decomposition of
    E. M. Kitagawa (Journal of the American Statistical Association 50, 1955), with rate_part beside it: over all
    parts the two sum to the change. Measured from the whole, a part that grows though it is worse counts against
    it; since the shares' changes sum to 0, the sum over parts is the same. A part that came or went is all mix: its
    rate before, or now, is taken to be the one it has. Null where the whole has no rate in either period.
-#}
{% macro mix_part(share_before, share_now, rate_before, rate_now, total_before, total_now) -%}
    case when {{ total_before }} is not null and {{ total_now }} is not null then
        coalesce(
            ({{ share_now }} - {{ share_before }}) * (
                (coalesce({{ rate_before }}, {{ rate_now }}) + coalesce({{ rate_now }}, {{ rate_before }})) / 2
                - ({{ total_before }} + {{ total_now }}) / 2
            ),
            0
        )
    end
{%- endmacro %}
