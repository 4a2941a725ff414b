{#-
    clamped_changes('entries', ['rule_key', 'lead_key'], 'limits', 'rule_key') -> a select: keys, entry_at, hundredths

    Clamp the running sum, then take its changes: what turns the entries of one level (rule, group, axis)
    into those of the next. `entries` has the keys, entry_at and hundredths; `limits` has, for each value of the key
    named last, lowest and highest (hundredths, null where nothing binds; 0 lies within them). Entries of one instant
    count together.
-#}
{% macro clamped_changes(entries, keys, limits, limits_key) -%}
    {%- set partition = keys | map('string') | join(', ') -%}
    {%- set lowest, highest = limits ~ '.lowest', limits ~ '.highest' -%}
    select
        {%- for key in keys %}
        summed.{{ key }},
        {%- endfor %}
        summed.entry_at,
        {{ clamp('summed.balance', lowest, highest) }}
        - {{ clamp('(summed.balance - summed.hundredths)', lowest, highest) }} as hundredths
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
                {{ whole_sum(entries ~ '.hundredths') }} as hundredths
            from {{ entries }}
            group by {{ partition }}, {{ entries }}.entry_at
        ) as instants
    ) as summed
    inner join {{ limits }}
        on summed.{{ limits_key }} = {{ limits }}.{{ limits_key }}
{%- endmacro %}
