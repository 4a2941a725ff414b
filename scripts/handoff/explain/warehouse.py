"""Reads what a statement needs from `work.duckdb`: read-only, by column name, values bound.

The file is open only while it is read, since a refresh cannot write as long as somebody reads. What
cannot be answered (no warehouse, no such lead, no such definition) is a UsageError that says why.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import duckdb

from handoff import lock
from handoff.as_of import iso_text
from handoff.engine import open_file
from handoff.errors import EngineError, LockedError, UsageError
from handoff.explain.facts import (
    AXES,
    RESET,
    Agreement,
    Criterion,
    Definition,
    Entry,
    Facts,
    Lead,
    Limit,
    Reset,
    Rule,
    Score,
    Source,
    StageEntry,
)
from handoff.explain.words import SAFE_PROPERTIES, shown
from handoff.home import Home
from handoff.privacy import first_sentence

NEAREST = 3
# Which delivery of one event stands: the earliest, then by content in the contract's order.
EVENTS = """
    select event_id, trim(event_type) as event_type, occurred_at, page_url, value, properties
    from staging.stg_events
    where event_id in (select unnest(cast(? as varchar[]))) and occurred_at <= ?
    qualify row_number() over (
        partition by event_id
        order by
            occurred_at, event_type nulls last, lead_id nulls last, anonymous_id nulls last,
            page_url nulls last, referrer_url nulls last, utm_source nulls last,
            utm_medium nulls last, utm_campaign nulls last, utm_content nulls last,
            utm_term nulls last, value nulls last, user_agent nulls last, properties nulls last
    ) = 1
"""


class Warehouse:
    """One built warehouse, open for reading."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Read from an open connection."""
        self._connection = connection

    def rows(self, query: str, *values: Any) -> list[dict[str, Any]]:
        """Run one query and return its rows by column name, times in UTC."""
        cursor = self._connection.execute(query, list(values))
        names = [column[0] for column in cursor.description]
        return [
            {name: _in_utc(value) for name, value in zip(names, row, strict=True)}
            for row in cursor.fetchall()
        ]

    def as_of(self) -> datetime:
        """Return the moment the last build was asked about."""
        found = self.rows("select as_of from control.as_of")
        if not found:
            raise UsageError(NOT_BUILT)
        return found[0]["as_of"]

    def definitions(self) -> list[Definition]:
        """Return every written agreement."""
        return [
            Definition(**row)
            for row in self.rows(
                "select definition_id, title, is_official, effective_from, effective_to"
                " from staging.stg_definitions order by definition_id"
            )
        ]

    def lead(self, lead_id: str, as_of: datetime) -> Lead:
        """Return a lead that is seen and not deleted, or say why there is none."""
        found = self.rows(
            "select lead_id, created_at, is_deleted, has_attribute_history"
            " from intermediate.int_lead_register where lead_id = ?",
            lead_id,
        )
        if not found:
            raise UsageError(self._why_no_lead(lead_id, as_of))
        if found[0].pop("is_deleted"):
            message = (
                f"Lead {shown(lead_id)} is deleted: its latest version as of {iso_text(as_of)}"
                " says so, and a deleted lead leaves every mart."
            )
            raise UsageError(message)
        return Lead(**found[0])

    def facts(self, lead: Lead, definition: Definition, as_of: datetime) -> Facts:
        """Read all of one lead under one definition."""
        agreement = self._agreement(definition.definition_id)
        entries = self._entries(lead.lead_id, definition.definition_id)
        return Facts(
            as_of=as_of,
            lead=lead,
            definition=definition,
            agreement=agreement,
            entries=entries,
            history=self._history(lead.lead_id, definition.definition_id),
            stages=self._stages(lead.lead_id),
            sources=self._sources(lead.lead_id, entries, as_of),
            grades=self._grades(),
            criterion_reasons={
                (row["definition_id"], row["stage"], row["criterion_id"]): row["reason"]
                for row in self.rows("select * from staging.stg_stage_criteria")
            },
        )

    def _why_no_lead(self, lead_id: str, as_of: datetime) -> str:
        """Tell a lead that is not there from one that the last build does not see."""
        known = self.rows(
            "select min(created_at) as created_at, count(*) as versions"
            " from staging.stg_leads where lead_id = ?",
            lead_id,
        )[0]
        name = shown(lead_id)
        if known["versions"] and known["created_at"] > as_of:
            return (
                f"Lead {name} is not seen by the last build, which is as of {iso_text(as_of)}:"
                f" the lead was created at {iso_text(known['created_at'])}."
            )
        if known["versions"]:
            return f"Lead {name} was loaded after the last build; run `handoff refresh`."
        waiting = self.rows(
            "select count(*) as events from staging.stg_events where lead_id = ?", lead_id
        )[0]["events"]
        wait = f" {waiting} of its events wait for it to arrive." if waiting else ""
        near = self._nearest(lead_id)
        hint = f" Nearest: {', '.join(near)}." if near else ""
        return f"There is no lead {name}.{wait}{hint}"

    def _nearest(self, lead_id: str) -> list[str]:
        """Name leads that were perhaps meant; never an id that is an e-mail address."""
        return [
            shown(row["lead_id"])
            for row in self.rows(
                "select lead_id, levenshtein(lead_id, ?) as distance"
                " from intermediate.int_lead_register"
                " where not is_deleted and position('@' in lead_id) = 0 and distance <= ?"
                f" order by distance, lead_id limit {NEAREST}",
                lead_id[:100],
                max(2, len(lead_id[:100]) // 3),
            )
        ]

    def _entries(self, lead_id: str, definition_id: str) -> tuple[Entry, ...]:
        entries = [
            Entry(
                row["entry_at"],
                row["entry_kind"],
                row["rule_id"],
                row["source_id"],
                int(row["points"].scaleb(2)),
            )
            for row in self.rows(
                "select entry_at, entry_kind, rule_id, source_id, points"
                " from intermediate.fct_score_ledger where definition_id = ? and lead_id = ?",
                definition_id,
                lead_id,
            )
        ]
        return tuple(sorted(entries, key=lambda e: (e.at, e.rule_id, e.kind, e.source_id)))

    def _history(self, lead_id: str, definition_id: str) -> tuple[Score, ...]:
        return tuple(
            Score(row["scored_at"], _by_axis(row), row["has_credit"], row["mql_criterion_id"])
            for row in self.rows(
                "select scored_at, fit_hundredths, intent_hundredths, product_hundredths,"
                " has_credit, mql_criterion_id from intermediate.int_score_history"
                " where definition_id = ? and lead_id = ? order by scored_at",
                definition_id,
                lead_id,
            )
        )

    def _stages(self, lead_id: str) -> tuple[StageEntry, ...]:
        names = (
            "cycle", "stage", "rank", "observed_at", "reached_at", "definition_id", "criterion_id",
            "cycle_ended_at", "cycle_outcome",
        )  # fmt: skip
        return tuple(
            StageEntry(hundredths=_by_axis(row), **{name: row[name] for name in names})
            for row in self.rows(
                f"select {', '.join(names)}, fit_hundredths, intent_hundredths, product_hundredths"
                " from intermediate.int_stage_entries where lead_id = ?"
                " order by cycle, rank, stage",
                lead_id,
            )
        )

    def _agreement(self, definition_id: str) -> Agreement:
        groups = self.rows(
            "select axis, group_id, min_points, max_points from staging.stg_rule_groups"
            " where definition_id = ?",
            definition_id,
        )
        axes = self.rows(
            "select axis, coalesce(min_score, 0) as min_score, max_score from staging.stg_axes"
            " where definition_id = ?",
            definition_id,
        )
        schedules: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for row in self.rows("select * from staging.stg_decay_schedules order by after_days"):
            schedules[row["decay_id"]].append((row["after_days"], row["remaining_percent"]))
        return Agreement(
            rules=self._rules(definition_id),
            groups={
                (row["axis"], row["group_id"]): _limit(row["min_points"], row["max_points"])
                for row in groups
            },
            axes={row["axis"]: _limit(row["min_score"], row["max_score"]) for row in axes},
            schedules={name: tuple(steps) for name, steps in schedules.items()},
            criteria=self._criteria(definition_id),
            resets=tuple(
                Reset(**row)
                for row in self.rows(
                    "select trigger_type, trigger_value, axis, reason from staging.stg_resets"
                    " where definition_id = ? order by trigger_type, trigger_value",
                    definition_id,
                )
            ),
        )

    def _rules(self, definition_id: str) -> dict[str, Rule]:
        fit = self.rows(
            "select rule_id, 'fit' as axis, group_id, points, max_points, reason,"
            " attribute as subject, operator, compared_value, attribute as occasion,"
            " null as decay_id, null as distinct_by"
            " from staging.stg_fit_rules where definition_id = ?",
            definition_id,
        )
        event = self.rows(
            "select rule_id, axis, group_id, points, max_points, reason,"
            " property as subject, operator, compared_value, event_type as occasion,"
            " decay_id, distinct_by from staging.stg_event_rules where definition_id = ?",
            definition_id,
        )
        return {row["rule_id"]: _rule(row) for row in fit + event}

    def _criteria(self, definition_id: str) -> tuple[Criterion, ...]:
        return tuple(
            Criterion(
                row["stage"],
                row["criterion_id"],
                {
                    name: row[f"min_{name}_score"] * 100
                    for name in (*AXES, "total")
                    if row[f"min_{name}_score"] is not None
                },
                tuple(name.strip() for name in (row["required_rules"] or "").split("&") if name),
                row["reason"],
            )
            for row in self.rows(
                "select * from staging.stg_stage_criteria where definition_id = ?"
                " order by stage, priority, criterion_id",
                definition_id,
            )
        )

    def _grades(self) -> dict[tuple[str, str], tuple[tuple[int, str], ...]]:
        bands: dict[tuple[str, str], list[tuple[int, str]]] = defaultdict(list)
        for row in self.rows("select * from staging.stg_grades order by min_score desc"):
            bands[row["definition_id"], row["axis"]].append((row["min_score"] * 100, row["grade"]))
        return {key: tuple(found) for key, found in bands.items()}

    def _sources(
        self, lead_id: str, entries: Iterable[Entry], as_of: datetime
    ) -> dict[str, Source]:
        """Find what the entries speak of; fit entries speak of versions, not of rows."""
        resets = sorted({entry.source_id for entry in entries if entry.kind == RESET})
        wanted = sorted({entry.source_id for entry in entries})
        # `email_open_streak:ev-1` was derived from the event ev-1, and happened when that did
        origins = {name: name.split(":", 1)[1] for name in wanted if ":" in name}
        events = {
            row["event_id"]: _event(row)
            for row in self.rows(EVENTS, [*wanted, *origins.values()], as_of)
        }
        derived = {name: events[origin] for name, origin in origins.items() if origin in events}
        return derived | events | self._reports(lead_id, resets, as_of)

    def _reports(self, lead_id: str, wanted: list[str], as_of: datetime) -> dict[str, Source]:
        """Find the statuses and the lost opportunities that emptied an axis."""
        if not wanted:
            return {}
        lost = self.rows(
            "select opportunity_id as source_id, min(closed_at) as closed_at"
            " from staging.stg_opportunities where lead_id = ? and closed_at <= ?"
            " and opportunity_id in (select unnest(cast(? as varchar[]))) group by opportunity_id",
            lead_id,
            as_of,
            wanted,
        )
        statuses = self.rows(
            "select changes.change_id as source_id, changes.changed_at, changes.status,"
            " status_map.outcome from staging.stg_stage_changes as changes"
            " left join staging.stg_status_map as status_map"
            " on changes.comparable_status = status_map.comparable_status"
            " where changes.lead_id = ? and changes.changed_at <= ?"
            " and changes.change_id in (select unnest(cast(? as varchar[])))"
            " order by changes.changed_at desc, changes.status desc",
            lead_id,
            as_of,
            wanted,
        )
        found = {
            row["source_id"]: Source("opportunity", "lost", row["closed_at"], "lost")
            for row in lost
        }
        return found | {
            row["source_id"]: Source("status", row["status"], row["changed_at"], row["outcome"])
            for row in statuses
        }


NOT_BUILT = "Nothing is built in this home folder yet; run `handoff refresh`."


@contextmanager
def opened(home: Home) -> Iterator[Warehouse]:
    """Open the working database for reading; every error of the engine becomes one of ours."""
    if not home.work_db.exists():
        raise UsageError(NOT_BUILT)
    held = lock.holder(home)
    if held is not None:
        raise LockedError(_busy(held))
    try:
        connection = open_file(home.work_db, read_only=True)
    except duckdb.Error as error:
        if "could not set lock" in str(error).lower():
            raise LockedError(_busy({})) from error
        message = f"{home.work_db.name} cannot be opened: {first_sentence(str(error))}"
        raise EngineError(message) from error
    try:
        yield Warehouse(connection)
    except duckdb.CatalogException as error:
        raise UsageError(NOT_BUILT) from error
    except duckdb.Error as error:
        message = f"{home.work_db.name} cannot be read: {first_sentence(str(error))}"
        raise EngineError(message) from error
    finally:
        connection.close()


def _busy(held: dict) -> str:
    who = f"`handoff {held['command']}`" if held.get("command") else "Another process"
    return f"{who} is writing to the working database; try again when it has ended."


def _in_utc(value: Any) -> Any:
    """Say of a time from the warehouse what it is: UTC."""
    if not isinstance(value, datetime):
        return value
    return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


def _by_axis(row: dict[str, Any]) -> dict[str, int | None]:
    return {axis: row[f"{axis}_hundredths"] for axis in AXES}


def _limit(lowest: int | None, highest: int | None) -> Limit:
    """Read a limit written in points."""
    return Limit(
        None if lowest is None else lowest * 100, None if highest is None else highest * 100
    )


def _rule(row: dict[str, Any]) -> Rule:
    most = row["max_points"]
    condition = None
    if row["subject"]:
        asked = (row["subject"], row["operator"], row["compared_value"])
        condition = " ".join(part for part in asked if part)
    return Rule(
        rule_id=row["rule_id"],
        axis=row["axis"],
        group_id=row["group_id"],
        points=row["points"],
        limit=_limit(None if most is None else -most, most),
        reason=row["reason"],
        condition=condition,
        occasion=row["occasion"] or "always",
        decay_id=row["decay_id"],
        telling=tuple(name for name in (row["subject"], row["distinct_by"]) if name),
    )


def _event(row: dict[str, Any]) -> Source:
    """Keep of an event its type, its time and the safe properties."""
    try:
        properties = json.loads(row["properties"] or "{}")
    except ValueError:
        properties = {}
    properties = properties if isinstance(properties, dict) else {}
    columns = {"page_url": row["page_url"], "value": row["value"]}
    kept = {name: properties.get(name) for name in SAFE_PROPERTIES if name not in columns}
    return Source("event", row["event_type"], row["occurred_at"], None, kept | columns)
