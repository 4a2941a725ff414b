with

known_events as {{ read_where_used() }} (
    select
        known_events.lead_key,
        known_events.event_id,
        known_events.event_type,
        known_events.occurred_at,
        known_events.known_at,
        nullif(trim({{ json_text('known_events.properties', "'email_id'") }}), '') as email_id
    from {{ ref('int_known_events') }} as known_events
    where known_events.event_type in ('email_sent', 'email_opened')
),

sends_ranked as (
    select
        known_events.*,
        row_number() over (
            partition by known_events.lead_key, known_events.email_id
            order by known_events.known_at, known_events.occurred_at, known_events.event_id
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

-- each e-mail once, by the first send and the first open of it that were known; in the order sent
emails as (
    select
        sends_ranked.lead_key,
        sends_ranked.known_at as sent_known_at,
        opens_ranked.event_id as open_event_id,
        opens_ranked.occurred_at as opened_at,
        opens_ranked.known_at as open_known_at,
        row_number() over (
            partition by sends_ranked.lead_key
            order by sends_ranked.occurred_at, sends_ranked.event_id
        ) as send_number,
        lag(sends_ranked.known_at) over (
            partition by sends_ranked.lead_key
            order by sends_ranked.occurred_at, sends_ranked.event_id
        ) as previous_sent_known_at,
        sum(case when opens_ranked.event_id is null then 1 else 0 end) over (
            partition by sends_ranked.lead_key
            order by sends_ranked.occurred_at, sends_ranked.event_id
            rows between unbounded preceding and current row
        ) as never_opened_so_far
    from sends_ranked
    left join opens_ranked
        on
            sends_ranked.lead_key = opens_ranked.lead_key
            and sends_ranked.email_id = opens_ranked.email_id
            and opens_ranked.open_rank = 1
    where sends_ranked.delivery_rank = 1
),

-- of most leads every send became known in the order sent
leads_out_of_order as (
    select distinct emails.lead_key
    from emails
    where emails.sent_known_at < emails.previous_sent_known_at
),

-- An e-mail that was never opened parts the runs for good, so that runs are looked for within stretches of
-- opened ones. Only where sends became known out of order may it have been unknown at the time of an open.
stretches as (
    select
        emails.*,
        case when leads_out_of_order.lead_key is null then 0 else 1 end as is_known_out_of_order,
        case when leads_out_of_order.lead_key is null then emails.never_opened_so_far else 0 end
            as stretch_number
    from emails
    left join leads_out_of_order
        on emails.lead_key = leads_out_of_order.lead_key
),

comparable_emails as (
    select stretches.*
    from stretches
    where stretches.open_event_id is not null or stretches.is_known_out_of_order = 1
),

opened_emails as (
    select
        comparable_emails.*,
        greatest(comparable_emails.sent_known_at, comparable_emails.open_known_at) as known_at
    from comparable_emails
    where comparable_emails.open_event_id is not null
),

opens_compared as (
    select
        opened_emails.*,
        lag(opened_emails.known_at) over (
            partition by opened_emails.lead_key, opened_emails.stretch_number
            order by opened_emails.send_number
        ) as previous_known_at
    from opened_emails
),

stretches_out_of_order as (
    select distinct
        opens_compared.lead_key,
        opens_compared.stretch_number
    from opens_compared
    where
        opens_compared.is_known_out_of_order = 1
        or opens_compared.known_at < opens_compared.previous_known_at
),

opens_sorted as (
    select
        opened_emails.*,
        stretches_out_of_order.lead_key is not null as is_out_of_order
    from opened_emails
    left join stretches_out_of_order
        on
            opened_emails.lead_key = stretches_out_of_order.lead_key
            and opened_emails.stretch_number = stretches_out_of_order.stretch_number
),

-- where a stretch was opened in the order sent, the run of an open is all that is known by then
runs_in_order as (
    select
        opens_sorted.lead_key,
        opens_sorted.open_event_id,
        opens_sorted.opened_at,
        opens_sorted.known_at,
        count(*) over (
            partition by opens_sorted.lead_key, opens_sorted.stretch_number
            order by opens_sorted.known_at
        ) as emails_opened
    from opens_sorted
    where not opens_sorted.is_out_of_order
),

late_opens as (
    select
        opens_sorted.*,
        row_number() over (
            partition by opens_sorted.lead_key, opens_sorted.stretch_number
            order by opens_sorted.send_number
        ) as place,
        count(*) over (partition by opens_sorted.lead_key, opens_sorted.stretch_number) as places
    from opens_sorted
    where opens_sorted.is_out_of_order and opens_sorted.is_known_out_of_order = 0
),

-- Where sends became known in the order sent, the run of an open reaches, both ways, to the nearest e-mail of
-- the stretch that was known to be opened after it. To find that, places are cut into halves of 1, 2, 4 ...
-- and each open looks into the other half of its pair: the smallest halves with an answer have the nearest.
-- That is a row a place and power of two; comparing each with each would not end for a million e-mails.
sizes as (
    {%- for power in range(40) %}
    select cast({{ 2 ** power }} as {{ dbt.type_bigint() }}) as half_places
    {{- ' union all' if not loop.last }}
    {%- endfor %}
),

halves as (
    select
        late_opens.lead_key,
        late_opens.stretch_number,
        late_opens.place,
        late_opens.known_at,
        sizes.half_places,
        {{ whole_quotient('late_opens.place - 1', 'sizes.half_places') }} as half_number
    from late_opens
    inner join sizes
        on late_opens.places > sizes.half_places
),

-- from the border of a pair outwards, the latest so far: with the distance it only grows
pairs as (
    select
        halves.*,
        {{ whole_quotient('halves.half_number', '2') }} as pair_number,
        mod(halves.half_number, 2) as is_right,
        case
            when mod(halves.half_number, 2) = 0 then halves.known_at
            else max(halves.known_at) over (
                partition by halves.lead_key, halves.stretch_number, halves.half_places, halves.half_number
                order by halves.place
                rows between unbounded preceding and current row
            )
        end as known_by_right,
        case
            when mod(halves.half_number, 2) = 1 then halves.known_at
            else max(halves.known_at) over (
                partition by halves.lead_key, halves.stretch_number, halves.half_places, halves.half_number
                order by halves.place
                rows between current row and unbounded following
            )
        end as known_by_left
    from halves
),

-- so as many places of the other half belong to the run as were known by then
pairs_reached as (
    select
        pairs.*,
        sum(pairs.is_right) over (
            partition by pairs.lead_key, pairs.stretch_number, pairs.half_places, pairs.pair_number
            order by pairs.known_by_right
            range between unbounded preceding and current row
        ) as right_reached,
        sum(1 - pairs.is_right) over (
            partition by pairs.lead_key, pairs.stretch_number, pairs.half_places, pairs.pair_number
            order by pairs.known_by_left
            range between unbounded preceding and current row
        ) as left_reached,
        sum(pairs.is_right) over (
            partition by pairs.lead_key, pairs.stretch_number, pairs.half_places, pairs.pair_number
        ) as right_places,
        (2 * pairs.pair_number + 1) * pairs.half_places as last_left_place
    from pairs
),

ends as (
    select
        pairs_reached.lead_key,
        pairs_reached.stretch_number,
        pairs_reached.place,
        max(
            case
                when pairs_reached.is_right = 1 and pairs_reached.left_reached < pairs_reached.half_places
                    then pairs_reached.last_left_place - pairs_reached.left_reached
            end
        ) as place_before,
        min(
            case
                when pairs_reached.is_right = 0 and pairs_reached.right_reached < pairs_reached.right_places
                    then pairs_reached.last_left_place + pairs_reached.right_reached + 1
            end
        ) as place_after
    from pairs_reached
    group by pairs_reached.lead_key, pairs_reached.stretch_number, pairs_reached.place
),

runs_opened_late as (
    select
        late_opens.lead_key,
        late_opens.open_event_id,
        late_opens.opened_at,
        late_opens.known_at,
        coalesce(ends.place_after, late_opens.places + 1) - coalesce(ends.place_before, 0) - 1
            as emails_opened
    from late_opens
    inner join ends
        on
            late_opens.lead_key = ends.lead_key
            and late_opens.stretch_number = ends.stretch_number
            and late_opens.place = ends.place
),

unordered_opens as (
    select opens_sorted.*
    from opens_sorted
    where opens_sorted.is_known_out_of_order = 1
),

-- The run that an open belongs to where sends became known out of order: from the last e-mail before it that
-- was known to be sent and not opened by then, to the first one after it.
gaps as (
    select
        unordered_opens.lead_key,
        unordered_opens.open_event_id,
        unordered_opens.opened_at,
        unordered_opens.known_at,
        unordered_opens.stretch_number,
        max(
            case when others.send_number < unordered_opens.send_number then others.send_number end
        ) as gap_before,
        min(
            case when others.send_number > unordered_opens.send_number then others.send_number end
        ) as gap_after
    from unordered_opens
    left join comparable_emails as others
        on
            unordered_opens.lead_key = others.lead_key
            and unordered_opens.stretch_number = others.stretch_number
            and unordered_opens.send_number <> others.send_number
            and unordered_opens.known_at >= others.sent_known_at
            and (others.open_known_at is null or unordered_opens.known_at < others.open_known_at)
    group by
        unordered_opens.lead_key,
        unordered_opens.open_event_id,
        unordered_opens.opened_at,
        unordered_opens.known_at,
        unordered_opens.stretch_number
),

runs_unordered as (
    select
        gaps.lead_key,
        gaps.open_event_id,
        gaps.opened_at,
        gaps.known_at,
        count(*) as emails_opened
    from gaps
    inner join unordered_opens as members
        on
            gaps.lead_key = members.lead_key
            and gaps.stretch_number = members.stretch_number
            and gaps.known_at >= members.known_at
            and (gaps.gap_before is null or gaps.gap_before < members.send_number)
            and (gaps.gap_after is null or gaps.gap_after > members.send_number)
    group by gaps.lead_key, gaps.open_event_id, gaps.opened_at, gaps.known_at
),

runs as (
    select * from runs_in_order
    union all
    select * from runs_opened_late
    union all
    select * from runs_unordered
),

streaks as (
    select
        runs.lead_key,
        runs.known_at,
        'email_open_streak:' || runs.open_event_id as event_id,
        runs.opened_at as occurred_at,
        'email_open_streak' as event_type,
        cast(runs.emails_opened as decimal(28, 8)) as value
    from runs
)

select * from streaks
