{#-
    clamped_changes('entries', ['rule_key', 'lead_key']) -> a select: keys, entry_at, hundredths

    Clamp the running sum, then take its changes: what turns the entries of one level (rule, group, axis)
    into those of the next. `entries` has the keys, entry_at, hundredths, and the limits lowest and highest
    (hundredths, one value per key, null where nothing binds; 0 lies within them). Entries of one instant count
    together.
-#}
{% macro clamped_changes(entries, keys) -%}
    {%- set partition = keys | map('string') | join(', ') -%}
    select
        {{ partition }},
        summed.entry_at,
        {{ clamp('summed.balance', 'summed.lowest', 'summed.highest') }}
        - {{ clamp('(summed.balance - summed.hundredths)', 'summed.lowest', 'summed.highest') }} as hundredths
    from (
        select
            instants.*,
            cast(sum(instants.hundredths) over (
                partition by {{ partition }}
                order by instants.entry_at
                rows between unbounded preceding and current row
            ) as bigint) as balance
        from (
            select
                {{ partition }},
                {{ entries }}.entry_at,
                min({{ entries }}.lowest) as lowest,
                max({{ entries }}.highest) as highest,
                {{ whole_sum(entries ~ '.hundredths') }} as hundredths
            from {{ entries }}
            group by {{ partition }}, {{ entries }}.entry_at
        ) as instants
    ) as summed
{%- endmacro %}
