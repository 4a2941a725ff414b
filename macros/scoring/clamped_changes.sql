{#-
    clamped_changes('entries', ['rule_key', 'lead_key']) -> a select: keys, entry_at, hundredths

    Clamp the running sum, then take its changes: what turns the entries of one level (rule, group, axis)
    into those of the next. `entries` has the keys, entry_at, hundredths, and the limits lowest and highest
    (hundredths, one value per key, null where nothing binds). Entries of one instant count together.
-#}
{% macro clamped_changes(entries, keys) -%}
    {%- set partition = keys | map('string') | join(', ') -%}
    select
        {{ partition }},
        held.entry_at,
        held.balance - coalesce(
            lag(held.balance) over (partition by {{ partition }} order by held.entry_at), 0
        ) as hundredths
    from (
        select
            {{ partition }},
            summed.entry_at,
            {{ clamp('summed.balance', 'summed.lowest', 'summed.highest') }} as balance
        from (
            select
                {{ partition }},
                instants.entry_at,
                instants.lowest,
                instants.highest,
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
    ) as held
{%- endmacro %}
