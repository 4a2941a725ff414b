"""New events for a company that has a past: acts of old and of new leads, some of them late.

Made from the events that are loaded already, by their ids and times alone, so that the same
company gets the same news. In a process of its own (`python -m handoff.bench.news ...`): what a
process takes is counted from the size of the one that began it.
"""

import json
import sys
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from handoff.engine import attach, limits, open_files, quoted_text

LATE_PERCENT = 10  # of the new events happened long before
LATE_DAYS = 100
NEW_LEADS_PERCENT = 5  # of the new events are the first act of a new lead
HASHES = 2**64 - 1  # the highest there is
MARGIN = 2  # times as many rows as are chosen, in case some came twice


@dataclass(frozen=True)
class News:
    """What was made: a landing folder, and how much is in it."""

    landing: Path
    events: int
    leads: int


def make_news(work_db: Path, landing: Path, events: int, since: datetime, until: datetime) -> News:
    """Write `events` new events between two moments as a landing folder of Parquet files."""
    landing.mkdir(parents=True)
    targets = {table: landing / f"{table}.parquet" for table in ("events", "leads")}
    settings = limits(landing.parent / "tmp")
    with open_files(work_db, *targets.values(), settings=settings) as connection:
        attach(connection, work_db, "work")
        # A hash of the id instead of chance: leads old and young, and the same ones each time. Few
        # have the lowest hashes; only of these need all be read.
        (known,) = connection.execute(
            "select count(*) from work.raw.events where lead_id is not null"
        ).fetchone()
        highest = min(HASHES, HASHES * (MARGIN * events + 1_000) // max(known, 1))
        connection.execute(
            "create table chosen as select *, row_number() over (order by hash(event_id), event_id)"
            " as number from (select distinct on (event_id) * from work.raw.events"
            " where lead_id is not null and hash(event_id) <= ?::ubigint)"
            " order by number limit ?",
            [highest, events],
        )
        seconds = int((until - since).total_seconds())
        connection.execute(
            "create table events as select"
            " 'news ' || epoch(?::timestamp)::bigint || ' ' || number as event_id,"
            " case when number % 100 < ? then occurred_at - to_days(?)"
            " else ?::timestamp + to_seconds(number % ?) end as occurred_at, event_type,"
            " case when number % 100 >= 100 - ? then 'new ' || epoch(?::timestamp)::bigint || ' '"
            " || number else lead_id end as lead_id,"
            " cast(null as varchar) as anonymous_id, page_url, referrer_url, utm_source,"
            " utm_medium, utm_campaign, utm_content, utm_term, value, user_agent, properties"
            " from chosen",
            [since, LATE_PERCENT, LATE_DAYS, since, max(seconds, 1), NEW_LEADS_PERCENT, since],
        )
        connection.execute(
            "create table leads as select distinct on (events.lead_id) events.lead_id,"
            " ?::timestamp as created_at, ?::timestamp as updated_at, leads.job_title,"
            " leads.industry, leads.employee_count, leads.company_domain, leads.lead_source"
            " from events inner join chosen on split_part(events.event_id, ' ', 3)::bigint"
            " = chosen.number inner join work.raw.leads as leads on chosen.lead_id = leads.lead_id"
            " where events.lead_id like 'new %'",
            [since, since],
        )
        for table, target in targets.items():
            connection.execute(f"copy {table} to {quoted_text(str(target))} (format parquet)")
        counts = connection.execute(
            "select (select count(*) from events), (select count(*) from leads)"
        ).fetchall()[0]
    return News(landing, *counts)


if __name__ == "__main__":
    work_db, landing, events, since, until = sys.argv[1:]
    moments = [datetime.fromisoformat(moment) for moment in (since, until)]
    made = make_news(Path(work_db), Path(landing), int(events), *moments)
    sys.stdout.write("\n" + json.dumps(asdict(made), default=str))
