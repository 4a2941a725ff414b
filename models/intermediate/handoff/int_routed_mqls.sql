{#- what a rule may ask of the lead as it was at the entry, and what a reader calls it -#}
{%- set questions = {
    'country': 'country', 'region': 'region', 'industry': 'industry', 'size': 'company size',
} -%}
with

mqls as (
    select
        mqls.lead_id,
        mqls.cycle,
        mqls.mql_at,
        mqls.owner_id,
        mqls.country as country_shown,
        {{ comparable_text('mqls.country') }} as country,
        {{ comparable_text('mqls.region') }} as region,
        {{ comparable_text('mqls.industry') }} as industry,
        mqls.employee_count as size
    from {{ ref('int_mqls') }} as mqls
),

rules as (
    select
        rules.*,
        coalesce(rules.min_employees, rules.max_employees) as size
    from {{ ref('stg_routing_rules') }} as rules
),

activities as (
    select * from {{ ref('int_sales_activities') }}
),

-- what is unknown fits no rule that asks for it
matches_ranked as (
    select
        mqls.lead_id,
        mqls.cycle,
        rules.priority,
        rules.queue,
        rules.owner_id,
        rules.is_default,
        row_number() over (partition by mqls.lead_id, mqls.cycle order by rules.rule_rank) as match_rank
    from mqls
    inner join rules
        on
            (rules.country is null or mqls.country = rules.country)
            and (rules.region is null or mqls.region = rules.region)
            and (rules.industry is null or mqls.industry = rules.industry)
            and (rules.min_employees is null or mqls.size >= rules.min_employees)
            and (rules.max_employees is null or mqls.size <= rules.max_employees)
),

matches as (
    select *
    from matches_ranked
    where matches_ranked.match_rank = 1
),

-- rules that nothing known speaks against, and what they would have had to know
unanswered as (
    select
        {% for question in questions -%}
        max(
            case when rules.{{ question }} is not null and mqls.{{ question }} is null then 1 else 0 end
        ) as lacks_{{ question }},
        {% endfor -%}
        mqls.lead_id,
        mqls.cycle
    from mqls
    inner join matches
        on
            mqls.lead_id = matches.lead_id
            and mqls.cycle = matches.cycle
            and matches.is_default
    inner join rules
        on
            not rules.is_default
            and (rules.country is null or mqls.country is null or mqls.country = rules.country)
            and (rules.region is null or mqls.region is null or mqls.region = rules.region)
            and (rules.industry is null or mqls.industry is null or mqls.industry = rules.industry)
            and (rules.min_employees is null or mqls.size is null or mqls.size >= rules.min_employees)
            and (rules.max_employees is null or mqls.size is null or mqls.size <= rules.max_employees)
    group by mqls.lead_id, mqls.cycle
),

earlier_owners_ranked as (
    select
        mqls.lead_id,
        mqls.cycle,
        activities.owner_id,
        row_number() over (
            partition by mqls.lead_id, mqls.cycle
            order by activities.acted_at desc, activities.activity_kind desc, activities.source_id asc
        ) as recency_rank
    from mqls
    inner join activities
        on
            mqls.lead_id = activities.lead_id
            and mqls.mql_at > activities.acted_at
    where activities.owner_id is not null
),

-- whose it was when it came in: as the CRM says, else who worked it last
owners as (
    select
        mqls.lead_id,
        mqls.cycle,
        coalesce(mqls.owner_id, earlier_owners_ranked.owner_id) as known_owner_id,
        matches.owner_id as rule_owner_id
    from mqls
    left join earlier_owners_ranked
        on
            mqls.lead_id = earlier_owners_ranked.lead_id
            and mqls.cycle = earlier_owners_ranked.cycle
            and earlier_owners_ranked.recency_rank = 1
    left join matches
        on
            mqls.lead_id = matches.lead_id
            and mqls.cycle = matches.cycle
),

-- A lead keeps its owner: the one known last, else the one a rule gave it first.
owner_cycles as (
    select
        owners.lead_id,
        owners.cycle,
        max(case when so_far.known_owner_id is not null then so_far.cycle end) as known_in_cycle,
        min(case when so_far.rule_owner_id is not null then so_far.cycle end) as ruled_in_cycle
    from owners
    inner join owners as so_far
        on
            owners.lead_id = so_far.lead_id
            and owners.cycle >= so_far.cycle
    group by owners.lead_id, owners.cycle
),

owners_kept as (
    select
        owner_cycles.lead_id,
        owner_cycles.cycle,
        coalesce(known_owners.known_owner_id, ruled_owners.rule_owner_id) as owner_id,
        owner_cycles.known_in_cycle is not null
        or coalesce(owner_cycles.ruled_in_cycle < owner_cycles.cycle, false) as is_owner_kept
    from owner_cycles
    left join owners as known_owners
        on
            owner_cycles.lead_id = known_owners.lead_id
            and owner_cycles.known_in_cycle = known_owners.cycle
    left join owners as ruled_owners
        on
            owner_cycles.lead_id = ruled_owners.lead_id
            and owner_cycles.ruled_in_cycle = ruled_owners.cycle
),

routed_mqls as (
    select
        mqls.lead_id,
        mqls.cycle,
        mqls.mql_at,
        matches.queue,
        matches.priority,
        matches.is_default,
        case
            when not matches.is_default then null
            when unanswered.lead_id is null then 'no rule fits'
            else
                'unknown: ' || substring(
                    {%- for question, name in questions.items() %}
                    case when unanswered.lacks_{{ question }} = 1 then ', {{ name }}' else '' end
                    {{- ' ||' if not loop.last }}
                    {%- endfor %},
                    3
                )
        end as default_reason,
        case when matches.is_default then mqls.country_shown end as default_country,
        owners_kept.owner_id,
        owners_kept.is_owner_kept
    from mqls
    inner join owners_kept
        on
            mqls.lead_id = owners_kept.lead_id
            and mqls.cycle = owners_kept.cycle
    left join matches
        on
            mqls.lead_id = matches.lead_id
            and mqls.cycle = matches.cycle
    left join unanswered
        on
            mqls.lead_id = unanswered.lead_id
            and mqls.cycle = unanswered.cycle
)

select * from routed_mqls
