"""Who the leads are, for those who ask for it: e-mail and name from the working database.

The marts name nobody, so this is the one place an alert learns of a person, and only under
`--with-contact`. It looks beside the refresh, never in its way: while one runs it gives up, and for
the instant of reading it shares the refresh's lock, whose patience is meant to outlast that.
"""

import errno
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import duckdb

from handoff.engine import attach, open_files
from handoff.errors import EngineError, LockedError, UsageError
from handoff.home import Home
from handoff.lock import lock_file

BUSY = "A refresh is writing, so the contacts cannot be read now. Nothing was sent; try again."
# The version that holds at as-of: the latest begun by then, else the first. Whoever is deleted by
# what is loaded, though not yet published, is not named.
QUERY = """
with versions as (
    select
        lead_id, email, full_name, is_deleted,
        coalesce(updated_at, _loaded_at) as version_at
    from work.raw.leads
    where lead_id in (select unnest($leads::varchar[]))
),
ranked as (
    select
        *,
        row_number() over (
            partition by lead_id
            order by
                version_at <= $as_of desc,
                case when version_at <= $as_of then version_at end desc,
                version_at, email nulls last, full_name nulls last
        ) as seen_rank,
        first_value(coalesce(is_deleted, false)) over (
            partition by lead_id order by version_at desc, is_deleted desc nulls last
        ) as is_gone
    from versions
)
select lead_id, email, full_name from ranked where seen_rank = 1 and not is_gone
"""


@dataclass(frozen=True)
class Contact:
    """How to reach a lead."""

    email: str | None
    full_name: str | None


def read_contacts(home: Home, leads: list[str], as_of: datetime) -> dict[str, Contact]:
    """Look up the leads; one that is not there, or is deleted, has no entry."""
    if not home.work_db.exists():
        message = f"--with-contact reads {home.work_db}, which is not there."
        raise UsageError(message)
    at = as_of.astimezone(UTC).replace(tzinfo=None)
    with _while_no_refresh_runs(home):
        try:
            with open_files(home.work_db) as connection:
                attach(connection, home.work_db, "work")
                rows = connection.execute(QUERY, {"leads": leads, "as_of": at}).fetchall()
        except duckdb.Error as error:
            if "could not set lock" in str(error).lower():
                raise LockedError(BUSY) from None
            # An engine quotes the values it stumbles over: its own words are not passed on.
            message = f"The contacts cannot be read from {home.work_db} ({type(error).__name__})."
            raise EngineError(message) from None
    return {lead_id: Contact(email, full_name) for lead_id, email, full_name in rows}


@contextmanager
def _while_no_refresh_runs(home: Home) -> Iterator[None]:
    """Share the lock of the refresh; one that begins now waits the moment this takes."""
    try:
        descriptor = os.open(lock_file(home), os.O_RDONLY | os.O_CREAT, 0o640)
    except OSError as error:
        kind = errno.errorcode.get(error.errno or 0, "unknown error")
        message = f"The lock {lock_file(home)} cannot be opened ({kind})."
        raise EngineError(message) from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise LockedError(BUSY) from None
    finally:
        os.close(descriptor)
