with

states as {{ read_where_used() }} (
    select * from {{ ref('int_fit_states') }}
),

attribute_values as (
    select * from {{ ref('int_fit_values') }}
),

fit_rules as (
    select * from {{ ref('stg_fit_rules') }}
),

reset_spells as (
    select * from {{ ref('int_reset_spells') }}
),

rules_keyed as (
    select
        rules.rule_key,
        rules.axis_key,
        fit_rules.*
    from fit_rules
    inner join {{ ref('int_rules') }} as rules
        on
            fit_rules.definition_id = rules.definition_id
            and fit_rules.rule_id = rules.rule_id
    where fit_rules.points <> 0
),

matches as (
    select
        rules_keyed.rule_key,
        rules_keyed.axis_key,
        attribute_values.lead_key,
        attribute_values.state_number
    from attribute_values
    inner join rules_keyed
        on attribute_values.attribute = rules_keyed.attribute
    where {{ rule_matches('attribute_values.attribute_value', 'rules_keyed') | indent(4) }}
    union all
    -- `always` asks for no attribute
    select
        rules_keyed.rule_key,
        rules_keyed.axis_key,
        states.lead_key,
        states.state_number
    from states
    cross join rules_keyed
    where rules_keyed.attribute is null
),

matches_numbered as (
    select
        matches.*,
        row_number() over (
            partition by matches.rule_key, matches.lead_key
            order by matches.state_number
        ) as match_number
    from matches
),

-- unbroken matches are one credit: their state and match numbers rise together
unbroken as (
    select
        matches_numbered.rule_key,
        matches_numbered.axis_key,
        matches_numbered.lead_key,
        min(matches_numbered.state_number) as first_state_number,
        max(matches_numbered.state_number) as last_state_number
    from matches_numbered
    group by
        matches_numbered.rule_key,
        matches_numbered.axis_key,
        matches_numbered.lead_key,
        matches_numbered.state_number - matches_numbered.match_number
),

credits as (
    select
        unbroken.rule_key,
        unbroken.lead_key,
        first_states.valid_from as credited_at,
        last_states.valid_to as reversed_at,
        coalesce(reset_spells.spell_number, 1) as spell_number,
        reset_spells.up_to_at as reset_at,
        'lead version ' || cast(first_states.lead_version_number as {{ dbt.type_string() }})
        || coalesce(
            ', account version ' || cast(first_states.account_version_number as {{ dbt.type_string() }}), ''
        ) as source_id
    from unbroken
    inner join states as first_states
        on
            unbroken.lead_key = first_states.lead_key
            and unbroken.first_state_number = first_states.state_number
    inner join states as last_states
        on
            unbroken.lead_key = last_states.lead_key
            and unbroken.last_state_number = last_states.state_number
    left join reset_spells
        on
            unbroken.axis_key = reset_spells.axis_key
            and unbroken.lead_key = reset_spells.lead_key
            and (reset_spells.after_at is null or first_states.valid_from > reset_spells.after_at)
            and (reset_spells.up_to_at is null or first_states.valid_from <= reset_spells.up_to_at)
)

select * from credits
