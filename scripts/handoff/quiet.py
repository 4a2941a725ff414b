"""Decides whether a refresh has anything to do: something new, something asked, something due.

Every question must be answered with a clear no; whatever is missing, unreadable or unknown is a
reason to build. Nothing here changes a database.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb

from handoff import fingerprints, gate, published
from handoff.as_of import iso_text
from handoff.home import Home
from handoff.load.seen import something_new
from handoff.publish import software
from handoff.published import Publication


@dataclass(frozen=True)
class Asked:
    """What a refresh is asked, as far as it decides whether there is anything to do."""

    landing: Path
    as_of: datetime
    is_as_of_given: bool
    project: Path
    definition: str
    max_quiet_hours: float


def reason_to_build(home: Home, asked: Asked) -> tuple[str | None, Publication | None]:
    """Give the first reason there is, and what is served; no reason: nothing would change."""
    version = None if published.is_plain(home) else published.served(home)
    said = version.publication if version else None
    if said is None or said.published_at is None:
        return "nothing is published yet, or its manifest is missing", None
    return _first(_reasons(home, version, said, asked)), said


def _reasons(
    home: Home, version: published.Version, said: Publication, asked: Asked
) -> Iterator[str | None]:
    """Ask one question after the other, each only if the ones before gave no reason."""
    try:
        yield _marts(home, said)
        yield _as_of(said, asked)
        yield _age(said, asked)
        yield "the definition changed" if said.definition != asked.definition else None
        code = fingerprints.code(asked.project, home)
        yield "the code or a setting changed" if said.code != code else None
        yield "the software changed" if said.software != software() else None
        yield "rows were landed since" if said.input != fingerprints.landed(home.work_db) else None
        landed = fingerprints.landed_contents(home.work_db)
        new = something_new(asked.landing, home, landed)
        yield f"there is something new in {new}" if new else None
        yield "what is served is damaged" if published.faults(version) else None
    except (duckdb.Error, OSError):
        yield "the working database, the landing folder or the code cannot be read"


def _first(reasons: Iterator[str | None]) -> str | None:
    return next((reason for reason in reasons if reason is not None), None)


def _as_of(said: Publication, asked: Asked) -> str | None:
    """Ask whether the moment asked about can give other marts than the one published."""
    before = datetime.fromisoformat(said.as_of)
    if asked.is_as_of_given:
        return None if asked.as_of == before else "another moment is asked about"
    if asked.as_of < before:
        return "an earlier moment is asked about"
    if said.next_due_at is None:
        return "nobody knows when the passing of time changes a mart"
    if asked.as_of >= datetime.fromisoformat(said.next_due_at):
        return f"something was due at {said.next_due_at}"
    return None


def _age(said: Publication, asked: Asked) -> str | None:
    if said.built_at is None:
        return "nobody knows when the marts were built"
    age = datetime.now(UTC) - datetime.fromisoformat(said.built_at)
    if timedelta(0) <= age < timedelta(hours=asked.max_quiet_hours):
        return None
    return f"the last build is of {said.built_at}"


def _marts(home: Home, said: Publication) -> str | None:
    """Ask whether the working database still holds the marts that are served."""
    state = gate.read(home)
    if state is None or state.state != gate.AUDITED:
        return "the last build did not pass"
    if (state.run_id, state.as_of, state.built_at) != (said.run_id, said.as_of, said.built_at):
        return "another build is served than the last one"
    return None


def words(said: Publication, *, checked_at: datetime) -> str:
    """Say in one line that there was nothing to do, and until when that may stay so."""
    due = ""
    if said.next_due_at and datetime.fromisoformat(said.next_due_at) > checked_at:
        due = f"; something is due at {said.next_due_at}"
    return f"nothing new at {iso_text(checked_at)}: run {said.run_id} stays published{due}"
