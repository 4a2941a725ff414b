{%- set keys = ['channel', 'lead_source', 'campaign', 'ad_variant', 'audience'] -%}
{#- what tells the rows of a level apart; nobody spends on a lead_source, so that level has no spend -#}
{%- set levels = {
    'all': [],
    'channel': ['channel'],
    'lead_source': ['lead_source'],
    'campaign': ['channel', 'campaign'],
    'ad_variant': ['channel', 'campaign', 'ad_variant'],
    'audience': ['channel', 'campaign', 'audience'],
} -%}
{%- set cost_units = {'lead': 'leads', 'mql': 'mqls', 'sql': 'sqls', 'customer': 'customers'} -%}
with

leads as (
    select * from {{ ref('dim_leads') }}
),

outcomes as (
    select * from {{ ref('int_lead_outcomes') }}
),

revenue as (
    select * from {{ ref('int_lead_revenue') }}
),

ad_spend as (
    select * from {{ ref('int_ad_spend') }}
),

reporting_currency as (
    select * from {{ ref('int_reporting_currency') }}
),

lead_facts as (
    select
        leads.channel,
        leads.lead_source,
        leads.campaign,
        leads.ad_variant,
        leads.audience,
        outcomes.has_mql,
        outcomes.has_mql_in_place,
        outcomes.is_mql_to_sql,
        outcomes.is_mql_to_customer,
        outcomes.has_sql,
        outcomes.has_customer,
        outcomes.is_pending,
        outcomes.is_stalled,
        revenue.revenue
    from leads
    inner join outcomes
        on leads.lead_id = outcomes.lead_id
    left join revenue
        on leads.lead_id = revenue.lead_id
),

spend_facts as (
    select
        ad_spend.channel,
        ad_spend.campaign,
        ad_spend.ad_variant,
        ad_spend.audience,
        ad_spend.spend
    from ad_spend
    cross join reporting_currency
    where
        {{ in_reporting_currency('ad_spend.currency') | indent(8) }}
),

facts as (
    {%- for level, level_keys in levels.items() %}
    select
        '{{ level }}' as level,
        {% for key in keys -%}
        {{ 'lead_facts.' ~ key if key in level_keys else 'cast(null as ' ~ dbt.type_string() ~ ')' }}
            as {{ key }},
        {% endfor -%}
        1 as is_lead,
        lead_facts.has_mql,
        lead_facts.has_mql_in_place,
        lead_facts.is_mql_to_sql,
        lead_facts.is_mql_to_customer,
        lead_facts.has_sql,
        lead_facts.has_customer,
        lead_facts.is_pending,
        lead_facts.is_stalled,
        lead_facts.revenue,
        cast(null as decimal(18, 4)) as spend
    from lead_facts
    {%- if level != 'lead_source' %}
    union all
    select
        '{{ level }}' as level,
        {% for key in keys -%}
        {{ 'spend_facts.' ~ key if key in level_keys else 'cast(null as ' ~ dbt.type_string() ~ ')' }}
            as {{ key }},
        {% endfor -%}
        0 as is_lead,
        0 as has_mql,
        0 as has_mql_in_place,
        0 as is_mql_to_sql,
        0 as is_mql_to_customer,
        0 as has_sql,
        0 as has_customer,
        0 as is_pending,
        0 as is_stalled,
        cast(null as decimal(18, 4)) as revenue,
        spend_facts.spend
    from spend_facts
    {%- endif %}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

totals as (
    select
        facts.level,
        {% for key in keys -%}
        facts.{{ key }},
        {% endfor -%}
        {{ whole_sum('facts.is_lead') }} as leads,
        {{ whole_sum('facts.has_mql') }} as mqls,
        {{ whole_sum('facts.has_mql_in_place') }} as mqls_in_place,
        {{ whole_sum('facts.is_mql_to_sql') }} as mqls_to_sql,
        {{ whole_sum('facts.is_mql_to_customer') }} as mqls_to_customer,
        {{ whole_sum('facts.has_sql') }} as sqls,
        {{ whole_sum('facts.has_customer') }} as customers,
        {{ whole_sum('facts.is_pending') }} as pending_mqls,
        {{ whole_sum('facts.is_stalled') }} as stalled_leads,
        sum(facts.revenue) as revenue,
        sum(facts.spend) as spend
    from facts
    group by facts.level, facts.{{ keys | join(', facts.') }}
),

overall as (
    select
        totals.leads,
        totals.mqls_in_place,
        totals.mqls_to_sql,
        totals.customers
    from totals
    where totals.level = 'all'
),

quality as (
    select
        totals.level,
        {% for key in keys -%}
        totals.{{ key }},
        {% endfor -%}
        totals.leads,
        totals.mqls,
        totals.sqls,
        totals.customers,
        {{ rate('totals.mqls', 'totals.leads') }} as lead_to_mql_rate,
        {{ wilson_bound('totals.mqls', 'totals.leads', 'low') }} as lead_to_mql_low,
        {{ wilson_bound('totals.mqls', 'totals.leads', 'high') }} as lead_to_mql_high,
        totals.mqls_in_place,
        totals.mqls_to_sql,
        {{ rate('totals.mqls_to_sql', 'totals.mqls_in_place') }} as mql_to_sql_rate,
        {{ wilson_bound('totals.mqls_to_sql', 'totals.mqls_in_place', 'low') }} as mql_to_sql_low,
        {{ wilson_bound('totals.mqls_to_sql', 'totals.mqls_in_place', 'high') }} as mql_to_sql_high,
        {{ shrunk_rate(
            'totals.mqls_to_sql', 'totals.mqls_in_place', 'overall.mqls_to_sql', 'overall.mqls_in_place',
            var('shrinkage_strength')
        ) | indent(8) }} as mql_to_sql_shrunk,
        totals.mqls_to_customer,
        {{ rate('totals.mqls_to_customer', 'totals.mqls_in_place') }} as mql_to_customer_rate,
        {{ wilson_bound('totals.mqls_to_customer', 'totals.mqls_in_place', 'low') }} as mql_to_customer_low,
        {{ wilson_bound('totals.mqls_to_customer', 'totals.mqls_in_place', 'high') }} as mql_to_customer_high,
        {{ rate('totals.customers', 'totals.leads') }} as lead_to_customer_rate,
        {{ wilson_bound('totals.customers', 'totals.leads', 'low') }} as lead_to_customer_low,
        {{ wilson_bound('totals.customers', 'totals.leads', 'high') }} as lead_to_customer_high,
        {{ shrunk_rate(
            'totals.customers', 'totals.leads', 'overall.customers', 'overall.leads', var('shrinkage_strength')
        ) | indent(8) }} as lead_to_customer_shrunk,
        totals.pending_mqls,
        {{ rate('totals.pending_mqls', 'totals.mqls') }} as pending_rate,
        {{ wilson_bound('totals.pending_mqls', 'totals.mqls', 'low') }} as pending_low,
        {{ wilson_bound('totals.pending_mqls', 'totals.mqls', 'high') }} as pending_high,
        totals.stalled_leads,
        {{ rate('totals.stalled_leads', 'totals.leads') }} as stalled_rate,
        {{ wilson_bound('totals.stalled_leads', 'totals.leads', 'low') }} as stalled_low,
        {{ wilson_bound('totals.stalled_leads', 'totals.leads', 'high') }} as stalled_high,
        -- customers whose deals carry no amount have an unknown revenue, not none
        cast(
            case when totals.customers = 0 then coalesce(totals.revenue, 0) else totals.revenue end
            as decimal(18, 2)
        ) as revenue,
        cast(totals.spend as decimal(18, 2)) as spend,
        {% for unit, column in cost_units.items() -%}
        {{ cost_per('totals.spend', 'totals.' ~ column) | indent(8) }} as cost_per_{{ unit }},
        {% endfor -%}
        reporting_currency.currency,
        totals.leads < {{ var('min_sample') }} as is_small_sample
    from totals
    cross join overall
    cross join reporting_currency
),

-- equal rates share a rank; a row without a rate comes last and has none
ranked as (
    select
        quality.*,
        case
            when quality.mql_to_sql_shrunk is not null
                then cast(rank() over (
                    partition by quality.level order by coalesce(quality.mql_to_sql_shrunk, -1) desc
                ) as integer)
        end as mql_to_sql_rank,
        case
            when quality.lead_to_customer_shrunk is not null
                then cast(rank() over (
                    partition by quality.level order by coalesce(quality.lead_to_customer_shrunk, -1) desc
                ) as integer)
        end as lead_to_customer_rank
    from quality
)

select * from ranked
