-- The floor: scores and MQL dates of the shipped definitions, straight from the loaded events, in DuckDB's own
-- words, for this definition and these data. It is short because it may leave out what the models may not: other
-- properties than the shipped rules name, e-mails that become known out of order, and everything but the figures.
-- `work` is the working database, attached; the variable `as_of` is the moment asked about.

create temp table leads as
with versions as (
    select *, trim(lower(company_domain)) as domain, coalesce(updated_at, _loaded_at) as version_at
    from work.raw.leads
)
select
    lead_id, domain, job_title, industry, employee_count, company_domain,
    json_extract_string(attributes, '$.is_competitor') as is_competitor,
    first_value(created_at) over of_lead as created_at,
    case when row_number() over of_lead = 1 then created_at
        else greatest(version_at, first_value(created_at) over of_lead) end as valid_from,
    cast(dense_rank() over (order by lead_id) as integer) as lead_key
from versions
window of_lead as (partition by lead_id order by version_at);
delete from leads where created_at > getvariable('as_of') or valid_from > getvariable('as_of');

create temp table keys as select distinct lead_id, lead_key, created_at from leads;

create temp table rules as
select *, cast(row_number() over (order by definition_id, rule_id) as integer) as rule_key
from (
    select definition_id, rule_id, axis, group_id, event_type, property, operator, compared_value, lowest, highest,
        points, max_points, decay_id, distinct_by, min_count, within_days, limit_count, limit_period
    from work.staging.stg_event_rules
    union all by name
    select definition_id, rule_id, 'fit' as axis, group_id, attribute as property, operator, compared_value, lowest,
        highest, points, max_points
    from work.staging.stg_fit_rules
)
where points <> 0;

-- which delivery stands, of the few events that came more than once
create temp table repeated as
select event_id from work.raw.events where occurred_at <= getvariable('as_of')
group by event_id having count(*) > 1;

create temp table standing as
select event_id, occurred_at, event_type, lead_id, anonymous_id, page_url, properties
from work.raw.events
where occurred_at <= getvariable('as_of') and event_id in (select event_id from repeated)
qualify row_number() over (
    partition by event_id order by occurred_at, event_type, lead_id nulls last, anonymous_id nulls last,
    page_url nulls last, properties nulls last
) = 1;

create temp view seen as
select event_id, occurred_at, trim(event_type) as event_type, lead_id, anonymous_id, page_url, properties
from work.raw.events
where occurred_at <= getvariable('as_of') and event_id not in (select event_id from repeated)
union all
select * replace (trim(event_type) as event_type) from standing;

-- whose event it is, and since when that is known; only events that a rule, a signal or an identity can use
create temp table spells as
with identified as (
    select anonymous_id, occurred_at as identified_at, min_by(lead_id, event_id) as lead_id
    from seen where lead_id is not null and anonymous_id is not null group by all
)
select anonymous_id, lead_id, identified_at,
    case when row_number() over of_id > 1 then identified_at end as valid_from,
    lead(identified_at) over of_id as valid_to
from (
    select * from identified
    qualify lead_id is distinct from lag(lead_id) over (partition by anonymous_id order by identified_at)
)
window of_id as (partition by anonymous_id order by identified_at);

create temp view useful as
select * from seen
where event_type in (select event_type from rules) or event_type in ('email_sent', 'email_opened');

create temp table events as
select keys.lead_key, event_id, event_type, occurred_at, page_url, properties,
    greatest(occurred_at, keys.created_at) as known_at
from useful inner join keys on useful.lead_id = keys.lead_id
union all
select keys.lead_key, event_id, event_type, occurred_at, page_url, properties,
    greatest(occurred_at, spells.identified_at, keys.created_at)
from useful inner join spells
    on useful.anonymous_id = spells.anonymous_id
    and (spells.valid_from is null or useful.occurred_at >= spells.valid_from)
    and (spells.valid_to is null or useful.occurred_at < spells.valid_to)
inner join keys on spells.lead_id = keys.lead_id
where useful.lead_id is null;

-- runs of five opened e-mails or more; only within stretches of five opened e-mails can there be any
insert into events
with mails as (
    select lead_key, json_extract_string(properties, '$.email_id') as email_id, event_type, event_id, occurred_at,
        known_at
    from events where event_type in ('email_sent', 'email_opened')
    qualify email_id is not null and row_number() over (
        partition by lead_key, event_type, email_id order by known_at, occurred_at, event_id
    ) = 1
),

sent as (
    select sent.lead_key, opened.event_id, opened.occurred_at,
        greatest(sent.known_at, opened.known_at) as known_at,
        row_number() over of_lead as number,
        sum(case when opened.event_id is null then 1 else 0 end) over of_lead as stretch
    from mails as sent left join mails as opened
        on sent.lead_key = opened.lead_key and sent.email_id = opened.email_id and opened.event_type = 'email_opened'
    where sent.event_type = 'email_sent'
    window of_lead as (partition by sent.lead_key order by sent.occurred_at, sent.event_id)
),

long as (select * from sent where event_id is not null qualify count(*) over (partition by lead_key, stretch) >= 5),

gaps as (
    select long.*, max(case when other.number < long.number then other.number end) as after_number,
        min(case when other.number > long.number then other.number end) as before_number
    from long left join long as other
        on long.lead_key = other.lead_key and long.stretch = other.stretch and long.known_at < other.known_at
    group by all
)

select gaps.lead_key, 'email_open_streak:' || gaps.event_id, 'email_open_streak', gaps.occurred_at, null, null,
    gaps.known_at
from gaps inner join long
    on gaps.lead_key = long.lead_key and gaps.stretch = long.stretch and gaps.known_at >= long.known_at
    and long.number > coalesce(gaps.after_number, 0) and long.number < coalesce(gaps.before_number, 1e9)
group by all having count(*) >= 5;

-- an intent reset of the official definition: a lead's cycle ended
create temp table resets as
select distinct keys.lead_key, reset_at
from (
    select lead_id, changed_at as reset_at from (
        select * from work.raw.stage_changes where changed_at <= getvariable('as_of')
        qualify row_number() over (partition by change_id order by changed_at, lead_id, status) = 1
    ) inner join work.staging.stg_status_map as status_map on trim(lower(status)) = status_map.comparable_status
    where outcome is not null
    union all
    select lead_id, reported_at from work.intermediate.int_sales_reports
    where outcome = 'lost' and comparable_status is null
) inner join keys using (lead_id);

create temp table matches as
with candidates as (
    select rules.rule_key, rules.definition_id, rules.axis, rules.distinct_by, rules.min_count, rules.within_days,
        rules.limit_count, rules.limit_period, read.* exclude (page_url, asset_type, webinar_type),
        case when rules.distinct_by = 'page_url' then page_url else found end as distinct_value
    from (
        select lead_key, event_id, event_type, occurred_at, known_at, page_url,
            trim(lower(properties ->> '$.asset_type')) as asset_type,
            trim(lower(properties ->> '$.webinar_type')) as webinar_type,
            case event_type when 'badge_scan' then properties ->> '$.session_id'
                when 'email_clicked' then properties ->> '$.email_id' when 'feature_used' then properties ->> '$.feature'
                when 'usage_milestone' then properties ->> '$.milestone' end as found
        from events
        where event_type in (select event_type from rules)
    ) as read inner join rules on read.event_type = rules.event_type
    where rules.operator <> 'equals'
        or rules.compared_value = case rules.property when 'asset_type' then asset_type else webinar_type end
),

spelled as (
    select candidates.*, resets.reset_at
    from candidates asof left join resets
        on case when candidates.definition_id = 'two_axis' and candidates.axis = 'intent' then candidates.lead_key end
        = resets.lead_key and candidates.known_at <= resets.reset_at
),

plain as (
    select rule_key, lead_key, event_id, occurred_at, known_at, reset_at from spelled
    where coalesce(distinct_by, limit_period) is null and min_count is null
),

distinct_ones as (
    select * from spelled
    where coalesce(distinct_by, limit_period) is not null or min_count is not null
    qualify distinct_by is null or distinct_value is not null and row_number() over (
        partition by rule_key, lead_key, reset_at, trim(lower(distinct_value)) order by known_at, occurred_at, event_id
    ) = 1
),

numbered as (
    select *, row_number() over of_rule as number
    from distinct_ones
    window of_rule as (partition by rule_key, lead_key, reset_at order by known_at, occurred_at, event_id)
),

enough as (
    select numbered.* from numbered left join numbered as earlier
        on numbered.rule_key = earlier.rule_key and numbered.lead_key = earlier.lead_key
        and numbered.reset_at is not distinct from earlier.reset_at
        and earlier.number = numbered.number - numbered.min_count + 1
    where numbered.min_count is null
        or earlier.occurred_at > numbered.occurred_at - to_days(numbered.within_days)
)

select * from plain
union all
select rule_key, lead_key, event_id, occurred_at, known_at, reset_at from enough
qualify limit_count is null or row_number() over (
    partition by rule_key, lead_key, reset_at, date_trunc(coalesce(limit_period, 'century'), occurred_at)
    order by known_at, occurred_at, event_id
) <= limit_count;

-- fit: which rules hold of each version of the lead and its account, as far as they change
create temp table fit as
with accounts as (
    select trim(lower(company_domain)) as domain, is_target_account, employee_count,
        case when row_number() over of_account > 1 then version_at end as valid_from,
        lead(version_at) over of_account as valid_to
    from (select *, coalesce(updated_at, _loaded_at) as version_at from work.raw.accounts)
    window of_account as (partition by trim(lower(company_domain)) order by version_at)
),

versions as (
    select *, lead(valid_from) over (partition by lead_key order by valid_from) as valid_to from leads
),

states as (
    select versions.*, accounts.is_target_account, accounts.employee_count as account_employees,
        greatest(versions.valid_from, coalesce(accounts.valid_from, versions.valid_from)) as state_from,
        least(versions.valid_to, accounts.valid_to) as state_to
    from versions left join accounts
        on versions.domain = accounts.domain
        and (versions.valid_to is null or accounts.valid_from is null or versions.valid_to > accounts.valid_from)
        and (accounts.valid_to is null or versions.valid_from < accounts.valid_to)
    where versions.valid_to is null or versions.valid_to > versions.valid_from
),

numbered as (
    select *, dense_rank() over (partition by lead_key order by state_from) as number
    from states where state_from <= getvariable('as_of')
),

told as (
    unpivot (
        select lead_key, state_from, state_to, number, trim(lower(job_title)) as job_title,
            trim(lower(industry)) as industry, trim(lower(company_domain)) as company_domain,
            cast(employee_count as varchar) as employee_count, trim(lower(is_competitor)) as is_competitor,
            cast(is_target_account as varchar) as "account.is_target_account",
            cast(account_employees as varchar) as "account.employee_count"
        from numbered
    ) on columns(* exclude (lead_key, state_from, state_to, number)) into name property value value
),

-- each value is asked about once, however many leads have it
rule_values as (
    select property, value, rule_key
    from (select distinct property, value from told) inner join rules using (property)
    where rules.axis = 'fit' and case operator
        when 'contains' then contains(value, compared_value)
        when 'equals' then value = compared_value
        when 'ends_with' then ends_with(value, compared_value)
        when 'in' then list_contains(string_split(compared_value, '|'), value)
        when 'at_least' then try_cast(value as decimal(28, 8)) >= lowest
        when 'between' then try_cast(value as decimal(28, 8)) between lowest and highest end
),

matched as (
    select *, number - row_number() over (partition by rule_key, lead_key order by number) as island
    from told inner join rule_values using (property, value)
)

select rule_key, lead_key, min(state_from) as credited_at, arg_max_null(state_to, number) as reversed_at
from matched group by rule_key, lead_key, island;

create temp table entries as
with steps as (
    select *, lead(after_days) over of_schedule as until_days,
        remaining_percent - lag(remaining_percent) over of_schedule as change
    from (
        select decay_id, after_days, remaining_percent from work.staging.stg_decay_schedules
        union all
        select distinct decay_id, 0, 100 from work.staging.stg_decay_schedules
    )
    window of_schedule as (partition by decay_id order by after_days)
),

scheduled as (
    select matches.rule_key, lead_key, known_at as entry_at, points * 100 as hundredths, reset_at, true as is_credit
    from matches inner join rules using (rule_key)
    where decay_id is null
    union all
    select matches.rule_key, lead_key, greatest(known_at, occurred_at + to_days(after_days)),
        points * case when occurred_at + to_days(after_days) <= known_at then remaining_percent else change end,
        reset_at, occurred_at + to_days(after_days) <= known_at
    from matches inner join rules using (rule_key) inner join steps using (decay_id)
    where occurred_at + to_days(after_days) > known_at
        or until_days is null or occurred_at + to_days(until_days) > known_at
),

standing as (select * from scheduled where hundredths <> 0 and (reset_at is null or entry_at < reset_at))

select rule_key, lead_key, entry_at, cast(hundredths as integer) as hundredths, is_credit and hundredths > 0 as credit
from (
    select * from standing
    union all
    select rule_key, lead_key, reset_at, -sum(hundredths), reset_at, false
    from standing where reset_at is not null group by all having sum(hundredths) <> 0
    union all
    select rule_key, lead_key, credited_at, points * 100, null, true from fit inner join rules using (rule_key)
    union all
    select rule_key, lead_key, reversed_at, -points * 100, null, false
    from fit inner join rules using (rule_key) where reversed_at is not null
);

-- rule, group and axis: clamp the running sum, take its changes; what has no limit is passed on
create temp macro held(balance, lowest, highest) as greatest(least(balance, coalesce(highest, balance)),
    coalesce(lowest, balance));

create temp table groups as
select *, cast(row_number() over () as integer) as group_key
from (select distinct definition_id, axis, group_id from rules)
left join work.staging.stg_rule_groups using (definition_id, axis, group_id);

create temp table rule_groups as
select rule_key, group_key, rules.max_points * 100 as most, groups.min_points * 100 as lowest,
    groups.max_points * 100 as highest
from rules inner join groups
    on rules.definition_id = groups.definition_id and rules.axis = groups.axis
    and rules.group_id is not distinct from groups.group_id;

create temp table rule_changes as
with instants as (
    select rule_key, lead_key, entry_at, cast(sum(hundredths) as bigint) as hundredths, any_value(most) as most
    from entries inner join rule_groups using (rule_key) where most is not null group by all
),

balances as (
    select *, held(sum(hundredths) over of_rule, -most, most) as balance
    from instants window of_rule as (partition by rule_key, lead_key order by entry_at rows unbounded preceding)
)

select rule_key, lead_key, entry_at,
    balance - coalesce(lag(balance) over (partition by rule_key, lead_key order by entry_at), 0) as hundredths
from balances
union all
select rule_key, lead_key, entry_at, hundredths
from entries inner join rule_groups using (rule_key) where most is null;

create temp table group_changes as
with changes as (
    select group_key, lead_key, entry_at, hundredths, lowest, highest
    from rule_changes inner join rule_groups using (rule_key)
),

instants as (
    select group_key, lead_key, entry_at, cast(sum(hundredths) as bigint) as hundredths, any_value(lowest) as lowest,
        any_value(highest) as highest
    from changes where lowest is not null or highest is not null group by group_key, lead_key, entry_at
),

balances as (
    select *, held(sum(hundredths) over of_group, lowest, highest) as balance
    from instants window of_group as (partition by group_key, lead_key order by entry_at rows unbounded preceding)
)

select group_key, lead_key, entry_at,
    balance - coalesce(lag(balance) over (partition by group_key, lead_key order by entry_at), 0) as hundredths
from balances
union all
select group_key, lead_key, entry_at, hundredths from changes where lowest is null and highest is null;

create temp table timeline as
with instants as (
    select definition_id, lead_key, entry_at,
        cast(coalesce(sum(hundredths) filter (where axis = 'fit'), 0) as bigint) as fit,
        cast(coalesce(sum(hundredths) filter (where axis = 'intent'), 0) as bigint) as intent,
        cast(coalesce(sum(hundredths) filter (where axis = 'product'), 0) as bigint) as product
    from group_changes inner join groups using (group_key) group by all
),

limits as (
    pivot (select definition_id, axis, max_score * 100 as most from work.staging.stg_axes)
    on axis in ('fit', 'intent', 'product') using any_value(most)
)

select instants.definition_id, lead_key, entry_at,
    held(sum(instants.fit) over of_lead, 0, limits.fit) as fit,
    held(sum(instants.intent) over of_lead, 0, limits.intent) as intent,
    held(sum(instants.product) over of_lead, 0, limits.product) as product
from instants left join limits using (definition_id)
window of_lead as (partition by instants.definition_id, lead_key order by entry_at rows unbounded preceding);

-- qualification: at a credit, when one criterion of the stage mql holds
create temp table required as
select criteria.definition_id, criterion_id, rule_key, len(string_split(required_rules, '&')) as rules_required
from work.staging.stg_stage_criteria as criteria inner join rules
    on criteria.definition_id = rules.definition_id
    and list_contains(string_split(required_rules, '&'), rules.rule_id)
where stage = 'mql';

create temp table first_qualified as
with credits as (
    select distinct definition_id, lead_key, entry_at from entries inner join rules using (rule_key) where credit
),

enough as (
    select timeline.definition_id, timeline.lead_key, timeline.entry_at, criteria.criterion_id,
        criteria.required_rules
    from timeline semi join credits using (definition_id, lead_key, entry_at)
    inner join work.staging.stg_stage_criteria as criteria
        on timeline.definition_id = criteria.definition_id and criteria.stage = 'mql'
    where fit >= coalesce(min_fit_score * 100, fit) and intent >= coalesce(min_intent_score * 100, intent)
        and product >= coalesce(min_product_score * 100, product)
        and fit + intent >= coalesce(min_total_score * 100, fit + intent)
        and timeline.entry_at <= getvariable('as_of')
),

holding as (
    select rule_key, lead_key, entry_at as from_at,
        lead(entry_at) over (partition by rule_key, lead_key order by entry_at) as to_at,
        sum(hundredths) over (
            partition by rule_key, lead_key order by entry_at rows unbounded preceding
        ) > 0 as is_held
    from (
        select rule_key, lead_key, entry_at, sum(hundredths) as hundredths
        from rule_changes semi join required using (rule_key) group by all
    )
),

required_held as (
    select enough.definition_id, enough.lead_key, enough.entry_at, enough.criterion_id
    from enough inner join required using (definition_id, criterion_id)
    inner join holding
        on required.rule_key = holding.rule_key and enough.lead_key = holding.lead_key and holding.is_held
        and enough.entry_at >= holding.from_at
        and (holding.to_at is null or enough.entry_at < holding.to_at)
    group by all having count(*) = any_value(required.rules_required)
)

select definition_id, lead_key, min(entry_at) as first_qualified_at
from (
    select definition_id, lead_key, entry_at from enough where required_rules is null
    union all
    select definition_id, lead_key, entry_at from required_held
)
group by all;

create table scores as
with latest as (
    select definition_id, lead_key, max_by(fit, entry_at) as fit, max_by(intent, entry_at) as intent,
        max_by(product, entry_at) as product
    from timeline where entry_at <= getvariable('as_of') group by all
)

select definitions.definition_id, keys.lead_id, coalesce(fit, 0) as fit, coalesce(intent, 0) as intent,
    coalesce(product, 0) as product, first_qualified_at
from keys cross join work.staging.stg_definitions as definitions
left join latest using (definition_id, lead_key)
left join first_qualified using (definition_id, lead_key);
