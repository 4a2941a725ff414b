"""Does the statement add up? Worked out a second time, and held against what the warehouse says.

A statement that is wrong is worse than none: whatever differs ends the command with the moment and
the two figures.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime

from handoff.as_of import iso_text
from handoff.errors import EngineError
from handoff.explain.facts import AXES, Agreement, Entry, Facts, Score
from handoff.explain.limits import FLOOR_OF_ZERO, Limit

REPAIR = "Run `handoff refresh --full-refresh`; if it stays, report it with this message."


def scores_of(entries: Iterable[Entry], agreement: Agreement, at: datetime) -> dict[str, int]:
    """Clamp the sums of the entries dated up to `at`: rule, then group, then axis."""
    by_rule: dict[str, int] = defaultdict(int)
    for entry in entries:
        if entry.at <= at:
            by_rule[entry.rule_id] += entry.hundredths
    by_group: dict[tuple[str, str | None], int] = defaultdict(int)
    for rule_id, balance in by_rule.items():
        rule = agreement.rules[rule_id]
        by_group[rule.axis, rule.group_id] += rule.limit.held(balance)
    by_axis: dict[str, int] = defaultdict(int)
    for (axis, group_id), balance in by_group.items():
        by_axis[axis] += agreement.groups.get((axis, group_id), Limit()).held(balance)
    return {axis: agreement.axes.get(axis, FLOOR_OF_ZERO).held(by_axis[axis]) for axis in AXES}


def known_rules(facts: Facts) -> None:
    """Refuse entries of a rule that the definition does not have."""
    unknown = {entry.rule_id for entry in facts.entries} - set(facts.agreement.rules)
    if unknown:
        message = (
            f"The ledger holds points of rules that definition {facts.definition.definition_id}"
            f" does not have: {', '.join(sorted(unknown))}. {REPAIR}"
        )
        raise EngineError(message)


def adds_up(facts: Facts, lines: list[tuple[datetime, Mapping[str, int]]], at: datetime) -> None:
    """Compare the running balances with the score history at every instant, and at `at` thrice.

    `lines` are the scores after each instant up to `at`, earliest first.
    """
    here = dict.fromkeys(AXES, 0) if not lines else lines[-1][1]
    _same(here, scores_of(facts.entries, facts.agreement, at), at, "its sum clamped at once")
    running, recorded = dict(lines), {score.at: score for score in facts.history}
    balance: Mapping[str, int] = dict.fromkeys(AXES, 0)
    score: Score | None = None
    for moment in sorted(running.keys() | recorded.keys()):
        if moment > at:
            break
        balance = running.get(moment, balance)
        score = recorded.get(moment, score)
        history = score.hundredths if score else dict.fromkeys(AXES, 0)
        _same(balance, history, moment, "the score history")


def same_criterion(worked_out: str | None, recorded: Score | None, at: datetime) -> None:
    """Compare the MQL criterion found here with the recorded one."""
    expected = recorded.mql_criterion_id if recorded else None
    if worked_out != expected:
        message = (
            f"The statement does not add up at {iso_text(at)}: its MQL criterion is"
            f" {worked_out or 'none'}, the score history's {expected or 'none'}. {REPAIR}"
        )
        raise EngineError(message)


def same_cooling(worked_out: datetime | None, facts: Facts, at: datetime) -> None:
    """Compare when it cools with the first later row of the history at which nothing holds."""
    later = (score.at for score in facts.history if score.at > at and not score.mql_criterion_id)
    expected = min(later, default=None)
    if worked_out != expected:
        texts = [iso_text(moment) if moment else "never" for moment in (worked_out, expected)]
        message = (
            f"The statement does not add up: its MQL condition cools {texts[0]},"
            f" the score history's {texts[1]}. {REPAIR}"
        )
        raise EngineError(message)


def _same(balance: Mapping[str, int], expected: Mapping[str, int], at: datetime, what: str) -> None:
    """Refuse two figures for one score."""
    for axis in AXES:
        if balance[axis] != expected[axis]:
            message = (
                f"The statement does not add up at {iso_text(at)}: {axis} is"
                f" {balance[axis] / 100:.2f} by its lines, {expected[axis] / 100:.2f} by {what}."
                f" {REPAIR}"
            )
            raise EngineError(message)
