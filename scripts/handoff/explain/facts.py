"""What a statement is made of, as read: entries, the agreement behind them, what they speak of.

Points are whole hundredths here, as everywhere in the ledger's arithmetic; moments are in UTC.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

AXES = ("fit", "intent", "product")
CREDIT, DECAY, REVERSAL, RESET = "credit", "decay", "reversal", "reset"


@dataclass(frozen=True)
class Limit:
    """What a balance is held within, in hundredths; None does not bind."""

    lowest: int | None = None
    highest: int | None = None

    def held(self, balance: int) -> int:
        """Return what counts of a balance."""
        return balance - self.over(balance) + self.under(balance)

    def over(self, balance: int) -> int:
        """Say by how much a balance is above the limit."""
        return 0 if self.highest is None else max(0, balance - self.highest)

    def under(self, balance: int) -> int:
        """Say by how much a balance is below the limit."""
        return 0 if self.lowest is None else max(0, self.lowest - balance)


@dataclass(frozen=True)
class Entry:
    """One row of the ledger."""

    at: datetime
    kind: str
    rule_id: str
    source_id: str
    hundredths: int


@dataclass(frozen=True)
class Rule:
    """One rule of the definition: where its points go, and what it asks."""

    rule_id: str
    axis: str
    group_id: str | None
    points: int
    limit: Limit
    reason: str | None
    condition: str | None
    occasion: str
    decay_id: str | None = None
    telling: tuple[str, ...] = ()


@dataclass(frozen=True)
class Criterion:
    """One sufficient condition of a computed stage; thresholds in hundredths, where asked."""

    stage: str
    criterion_id: str
    minimums: Mapping[str, int]
    required_rules: tuple[str, ...]
    reason: str | None


@dataclass(frozen=True)
class Definition:
    """One written agreement, and when it was official."""

    definition_id: str
    title: str | None
    is_official: bool
    effective_from: datetime | None
    effective_to: datetime | None

    def is_official_at(self, moment: datetime) -> bool:
        """Say whether leads are judged by it at `moment`."""
        return (
            self.is_official
            and (self.effective_from is None or self.effective_from <= moment)
            and (self.effective_to is None or moment < self.effective_to)
        )


@dataclass(frozen=True)
class Reset:
    """One trigger that empties an axis."""

    trigger_type: str
    trigger_value: str
    axis: str
    reason: str | None


@dataclass(frozen=True)
class Agreement:
    """Everything a definition says about points. Criteria stand in the order of their priority."""

    rules: Mapping[str, Rule]
    groups: Mapping[tuple[str, str], Limit]
    axes: Mapping[str, Limit]
    schedules: Mapping[str, tuple[tuple[int, int], ...]]
    criteria: tuple[Criterion, ...]
    resets: tuple[Reset, ...]


@dataclass(frozen=True)
class Lead:
    """Who the statement is about; never more than the id."""

    lead_id: str
    created_at: datetime
    has_attribute_history: bool


@dataclass(frozen=True)
class Score:
    """One row of the score history: what the warehouse says holds from `at` on."""

    at: datetime
    hundredths: Mapping[str, int]
    has_credit: bool
    mql_criterion_id: str | None


@dataclass(frozen=True)
class StageEntry:
    """One stage of one cycle, as of the last build."""

    cycle: int
    stage: str
    rank: int
    observed_at: datetime | None
    reached_at: datetime
    definition_id: str | None
    criterion_id: str | None
    hundredths: Mapping[str, int | None]
    cycle_ended_at: datetime | None
    cycle_outcome: str | None


@dataclass(frozen=True)
class Source:
    """What an entry speaks of: an event, a status or an opportunity."""

    kind: str
    name: str
    occurred_at: datetime
    outcome: str | None = None
    properties: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Facts:
    """All that was read for one lead under one definition."""

    as_of: datetime
    lead: Lead
    definition: Definition
    agreement: Agreement
    entries: tuple[Entry, ...]
    history: tuple[Score, ...]
    stages: tuple[StageEntry, ...]
    sources: Mapping[str, Source]
    grades: Mapping[tuple[str, str], tuple[tuple[int, str], ...]]
    criterion_reasons: Mapping[tuple[str, str, str], str | None]

    def grade(self, definition_id: str | None, axis: str, hundredths: int | None) -> str | None:
        """Return the highest grade whose cut point a score has reached."""
        if definition_id is None or hundredths is None:
            return None
        bands = self.grades.get((definition_id, axis), ())
        return next((grade for cut, grade in bands if cut <= hundredths), None)
