with

known_events as (
    select
        known_events.*,
        {{ json_text('known_events.properties', "'email_id'") }} as email_id
    from {{ ref('int_known_events') }} as known_events
    where known_events.event_type in ('email_sent', 'email_opened')
),

sends_ranked as (
    select
        known_events.*,
        row_number() over (
            partition by known_events.lead_key, known_events.email_id
            order by known_events.occurred_at, known_events.event_id
        ) as delivery_rank
    from known_events
    where known_events.event_type = 'email_sent' and known_events.email_id is not null
),

opens_ranked as (
    select
        known_events.*,
        row_number() over (
            partition by known_events.lead_key, known_events.email_id
            order by known_events.known_at, known_events.occurred_at, known_events.event_id
        ) as open_rank
    from known_events
    where known_events.event_type = 'email_opened' and known_events.email_id is not null
),

-- each e-mail once, in the order sent, with the first open of it that was known
emails as (
    select
        sends_ranked.lead_key,
        sends_ranked.lead_id,
        sends_ranked.known_at as sent_known_at,
        opens_ranked.event_id as open_event_id,
        opens_ranked.occurred_at as opened_at,
        opens_ranked.known_at as open_known_at,
        row_number() over (
            partition by sends_ranked.lead_key
            order by sends_ranked.occurred_at, sends_ranked.event_id
        ) as send_number
    from sends_ranked
    left join opens_ranked
        on
            sends_ranked.lead_key = opens_ranked.lead_key
            and sends_ranked.email_id = opens_ranked.email_id
            and opens_ranked.open_rank = 1
    where sends_ranked.delivery_rank = 1
),

opened_emails as (
    select
        emails.*,
        greatest(emails.sent_known_at, emails.open_known_at) as known_at
    from emails
    where emails.open_event_id is not null
),

-- The run that an open belongs to, at the moment it is known: from the last e-mail before it that was sent
-- and not opened by then, to the first one after it.
runs as (
    select
        opened_emails.lead_key,
        opened_emails.lead_id,
        opened_emails.open_event_id,
        opened_emails.opened_at,
        opened_emails.known_at,
        opened_emails.send_number,
        max(case when others.send_number < opened_emails.send_number then others.send_number end) as gap_before,
        min(case when others.send_number > opened_emails.send_number then others.send_number end) as gap_after
    from opened_emails
    left join emails as others
        on
            opened_emails.lead_key = others.lead_key
            and opened_emails.send_number <> others.send_number
            and others.sent_known_at <= opened_emails.known_at
            and (others.open_known_at is null or others.open_known_at > opened_emails.known_at)
    group by
        opened_emails.lead_key,
        opened_emails.lead_id,
        opened_emails.open_event_id,
        opened_emails.opened_at,
        opened_emails.known_at,
        opened_emails.send_number
),

streaks as (
    select
        runs.lead_key,
        runs.lead_id,
        runs.known_at,
        'email_open_streak:' || runs.open_event_id as event_id,
        runs.opened_at as occurred_at,
        'email_open_streak' as event_type,
        cast(count(*) as decimal(28, 8)) as value
    from runs
    inner join opened_emails as members
        on
            runs.lead_key = members.lead_key
            and runs.known_at >= members.known_at
            and (runs.gap_before is null or members.send_number > runs.gap_before)
            and (runs.gap_after is null or members.send_number < runs.gap_after)
    group by runs.lead_key, runs.lead_id, runs.known_at, runs.open_event_id, runs.opened_at
)

select * from streaks
