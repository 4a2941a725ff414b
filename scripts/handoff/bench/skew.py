"""What spreads a company unevenly: one lead with millions of events, a bot, a crowd in one hour.

Added to the landing folder of a demo company as further files, from a running number alone, so that
the same folder is made each time.
"""

from dataclasses import dataclass
from pathlib import Path

from handoff.engine import open_files, quoted_text

# Eight kinds of acts in turn, each e-mail sent and opened: a run without an end. One in a thousand
# is opened a month late, so that they are not opened in the order sent.
HEAVY = """
    select
        'skew heavy ' || number as event_id,
        timestamp '2025-01-10' + to_seconds(number * 46000000 // $events
            + case when number % 8000 = 5 then 30 * 86400 else 0 end) as occurred_at,
        ['pricing_view', 'feature_used', 'page_view', 'content_download', 'email_sent',
         'email_opened', 'case_study_view', 'webinar_attended'][number % 8 + 1] as event_type,
        'skew heavy' as lead_id,
        null as anonymous_id,
        case when number % 8 = 6 then 'https://example.com/cases/' || number % 999 end as page_url,
        null as utm_source, null as utm_medium, null as utm_campaign, null as user_agent,
        cast(case number % 8
            when 1 then json_object('feature', 'feature ' || number % 49)
            when 3 then json_object('asset_type', 'whitepaper')
            when 4 then json_object('email_id', 'mail ' || number // 8)
            when 5 then json_object('email_id', 'mail ' || number // 8)
            when 7 then json_object('webinar_type', 'product')
        end as varchar) as properties
    from range($events) as numbers(number)
"""

# Day and night for 400 days, anonymous but for one form that names a lead.
BOT = """
    select
        'skew bot ' || number as event_id,
        timestamp '2025-03-01' + to_seconds(number * 34560000 // $events) as occurred_at,
        case when number = $events // 2 then 'form_submit'
            when number % 10 = 0 then 'pricing_view' else 'page_view' end as event_type,
        case when number = $events // 2 then 'skew bot' end as lead_id,
        'skew bot device' as anonymous_id,
        'https://example.com/page/' || number % 9999 as page_url,
        null as utm_source, null as utm_medium, null as utm_campaign,
        'Crawler/1.0' as user_agent,
        null as properties
    from range($events) as numbers(number)
"""

# Everybody clicks an ad, and half a minute later fills in the form.
CROWD = """
    select
        'skew crowd ' || kind || number as event_id,
        timestamp '2026-03-02 09:00:00'
            + to_seconds(number % 3600 - case kind when 'a' then 30 else 0 end) as occurred_at,
        case kind when 'a' then 'ad_click' else 'form_submit' end as event_type,
        case kind when 'b' then 'skew crowd ' || number end as lead_id,
        'skew crowd device ' || number as anonymous_id,
        'https://example.com/' as page_url,
        'search' as utm_source, 'cpc' as utm_medium, 'crowd' as utm_campaign,
        null as user_agent, null as properties
    from range($leads) as numbers(number) cross join (values ('a'), ('b')) as kinds(kind)
"""

LEADS = """
    select 'skew heavy' as lead_id, timestamp '2025-01-10' as created_at,
        'VP Marketing' as job_title
    union all
    select 'skew bot', timestamp '2025-09-17', null
    union all
    select 'skew crowd ' || number,
        timestamp '2026-03-02 09:00:00' + to_seconds(number % 3600), null
    from range($leads) as numbers(number)
"""


@dataclass(frozen=True)
class Skew:
    """How much of it: events of the one lead, visits of the bot, leads of the one hour."""

    heavy_events: int = 5_000_000
    bot_events: int = 800_000
    crowd_leads: int = 1_000_000


def add_skew(landing: Path, skew: Skew) -> None:
    """Add the uneven part to a landing folder, as Parquet files beside those that are there."""
    leads, events = _as_folder(landing, "leads"), _as_folder(landing, "events")
    files = {
        leads / "skew.parquet": LEADS.replace("$leads", str(skew.crowd_leads)),
        events / "skew_heavy.parquet": HEAVY.replace("$events", str(skew.heavy_events)),
        events / "skew_bot.parquet": BOT.replace("$events", str(skew.bot_events)),
        events / "skew_crowd.parquet": CROWD.replace("$leads", str(skew.crowd_leads)),
    }
    with open_files(*files) as connection:
        for file, query in files.items():
            connection.execute(f"copy ({query}) to {quoted_text(str(file))} (format parquet)")


def _as_folder(landing: Path, table: str) -> Path:
    """Give the folder of a table; a single file becomes the first one in it."""
    folder = landing / table
    folder.mkdir(exist_ok=True)
    for file in landing.glob(f"{table}.*"):
        file.rename(folder / file.name)
    return folder
