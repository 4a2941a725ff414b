with

matches as (
    select * from {{ ref('int_event_matches') }}
),

event_rules as (
    select * from {{ ref('stg_event_rules') }}
),

rule_demands as (
    select
        rules.rule_key,
        event_rules.distinct_by,
        event_rules.min_count,
        event_rules.within_days,
        event_rules.limit_count,
        event_rules.limit_period
    from {{ ref('int_rules') }} as rules
    inner join event_rules
        on
            rules.definition_id = event_rules.definition_id
            and rules.rule_id = event_rules.rule_id
),

-- most rules ask for nothing more than the match, and need no sorting
undemanding_matches as (
    select matches.*
    from matches
    inner join rule_demands
        on matches.rule_key = rule_demands.rule_key
    where
        rule_demands.distinct_by is null
        and rule_demands.min_count is null
        and rule_demands.limit_count is null
),

demanding_matches as (
    select
        matches.*,
        rule_demands.distinct_by,
        rule_demands.min_count,
        rule_demands.within_days,
        rule_demands.limit_count,
        rule_demands.limit_period
    from matches
    inner join rule_demands
        on matches.rule_key = rule_demands.rule_key
    where
        rule_demands.distinct_by is not null
        or rule_demands.min_count is not null
        or rule_demands.limit_count is not null
),

-- A reset of the axis starts all three counts anew: each spell between resets is counted by itself.
-- 1. distinct_by: the first match for each value; a match without the property does not count
distinct_ranked as (
    select
        demanding_matches.*,
        row_number() over (
            partition by
                demanding_matches.rule_key, demanding_matches.lead_key,
                demanding_matches.spell_number, demanding_matches.distinct_value
            order by
                demanding_matches.known_at, demanding_matches.occurred_at, demanding_matches.event_id
        ) as value_rank
    from demanding_matches
    where demanding_matches.distinct_by is null or demanding_matches.distinct_value is not null
),

-- 2. min_count: the (n - 1)-th match before must exist, and have occurred within_days before at most
distinct_matches as (
    select
        distinct_ranked.*,
        row_number() over (
            partition by distinct_ranked.rule_key, distinct_ranked.lead_key, distinct_ranked.spell_number
            order by distinct_ranked.known_at, distinct_ranked.occurred_at, distinct_ranked.event_id
        ) as match_number
    from distinct_ranked
    where distinct_ranked.distinct_by is null or distinct_ranked.value_rank = 1
),

sufficient_matches as (
    select distinct_matches.*
    from distinct_matches
    left join distinct_matches as earlier_matches
        on
            distinct_matches.rule_key = earlier_matches.rule_key
            and distinct_matches.lead_key = earlier_matches.lead_key
            and distinct_matches.spell_number = earlier_matches.spell_number
            and distinct_matches.match_number - distinct_matches.min_count + 1
            = earlier_matches.match_number
    where
        distinct_matches.min_count is null
        or (
            earlier_matches.event_id is not null
            and (
                distinct_matches.within_days is null
                or earlier_matches.occurred_at
                > {{ dbt.dateadd('day', '-distinct_matches.within_days', 'distinct_matches.occurred_at') }}
            )
        )
),

-- 3. limit_count in a limit_period of occurred_at: the first win
period_ranked as (
    select
        sufficient_matches.*,
        row_number() over (
            partition by
                sufficient_matches.rule_key, sufficient_matches.lead_key, sufficient_matches.spell_number,
                case sufficient_matches.limit_period
                    when 'day' then {{ dbt.date_trunc('day', 'sufficient_matches.occurred_at') }}
                    when 'week' then {{ dbt.date_trunc('week', 'sufficient_matches.occurred_at') }}
                    when 'month' then {{ dbt.date_trunc('month', 'sufficient_matches.occurred_at') }}
                end
            order by
                sufficient_matches.known_at, sufficient_matches.occurred_at, sufficient_matches.event_id
        ) as period_rank
    from sufficient_matches
),

counted_matches as (
    select
        undemanding_matches.rule_key,
        undemanding_matches.lead_key,
        undemanding_matches.event_id,
        undemanding_matches.occurred_at,
        undemanding_matches.known_at,
        undemanding_matches.spell_number,
        undemanding_matches.reset_at
    from undemanding_matches
    union all
    select
        period_ranked.rule_key,
        period_ranked.lead_key,
        period_ranked.event_id,
        period_ranked.occurred_at,
        period_ranked.known_at,
        period_ranked.spell_number,
        period_ranked.reset_at
    from period_ranked
    where period_ranked.limit_count is null or period_ranked.period_rank <= period_ranked.limit_count
)

select * from counted_matches
