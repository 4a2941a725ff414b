"""Stages and what moves a lead between them: order, tracks, CRM statuses, resets."""

from collections.abc import Iterator
from itertools import pairwise

from handoff.definition.findings import Finding, expected_one_of, quote
from handoff.definition.reading import Folder, Row
from handoff.definition.schema import OUTCOMES, REQUIRED_STAGES


def check_lifecycle(folder: Folder) -> Iterator[Finding]:
    """Check stages, the status map and resets."""
    if folder.has("stages"):
        yield from _required(folder)
        yield from _order(folder)
        yield from _created(folder)
        yield from _status_map(folder)
    yield from _resets(folder)


def _by_name(folder: Folder) -> dict[str, Row]:
    """List the stages by name."""
    return {row["stage"]: row for row in folder.rows["stages"] if row["stage"]}


def _required(folder: Folder) -> Iterator[Finding]:
    """Check that the stages the measures speak of are there, on the common track."""
    stages = _by_name(folder)
    for name in REQUIRED_STAGES:
        if name not in stages:
            expected = ", ".join(REQUIRED_STAGES)
            yield Finding(
                "stages.csv", None, "stage", f"the stage `{name}` is missing; expected {expected}"
            )
        elif stages[name]["track"] == "product":
            yield stages[name].finding(
                "track",
                f"found `product` for {quote(name)}; expected `marketing` or blank (shared)",
            )


def _order(folder: Folder) -> Iterator[Finding]:
    """Check the ranks: `lead` lowest, required stages rising, one stage a rank outside product."""
    rows = [row for row in folder.rows["stages"] if row["rank"] and row["stage"]]
    lead = next((row for row in rows if row["stage"] == "lead"), None)
    for row in rows if lead else ():
        if row is not lead and (row.whole("rank") or 0) <= (lead.whole("rank") or 0):
            yield row.finding(
                "rank",
                f"found {quote(row['rank'])}; expected more than the {lead['rank']} of `lead`",
            )
    ranks: dict[str, Row] = {}
    for row in rows:
        if row["track"] == "product" or "track" in row.bad or row is lead:
            continue
        same = ranks.setdefault(row["rank"], row)
        if same is not row:
            yield row.finding(
                "rank",
                f"found {quote(row['rank'])}, the rank of {quote(same['stage'])} in row "
                f"{same.line}; expected a rank of its own (only a product stage may share one)",
            )
    required = [row for name in REQUIRED_STAGES[1:] for row in rows if row["stage"] == name]
    for lower, higher in pairwise(required):
        if (higher.whole("rank") or 0) < (lower.whole("rank") or 0):
            yield higher.finding(
                "rank",
                f"found {quote(higher['rank'])} for {quote(higher['stage'])}; expected more than "
                f"{lower['rank']}, the rank of {quote(lower['stage'])}",
            )


def _created(folder: Folder) -> Iterator[Finding]:
    """Check that `lead`, and nothing else, is entered by being created."""
    for row in folder.rows["stages"]:
        how = row["entered_by"]
        if how and (row["stage"] == "lead") != (how == "created"):
            expected = "`created`" if row["stage"] == "lead" else "`computed` or `reported`"
            yield row.finding(
                "entered_by", f"found {quote(how)} for {quote(row['stage'])}; expected {expected}"
            )


def _status_map(folder: Folder) -> Iterator[Finding]:
    """Check that a status means one thing: a stage that exists, or an outcome."""
    stages = list(_by_name(folder))
    for row in folder.rows["status_map"]:
        if row["stage"] and row["stage"] not in stages:
            yield row.finding(
                "stage", expected_one_of(row["stage"], stages, "a stage of stages.csv")
            )
        if row.bad.intersection(("stage", "outcome")):
            continue
        if bool(row["stage"]) == bool(row["outcome"]):
            found = "both a stage and an outcome" if row["stage"] else "neither stage nor outcome"
            yield row.finding(
                "outcome",
                f"found {found} for {quote(row['status'])}; expected one of the two: stage "
                f"({', '.join(stages)}) or outcome ({', '.join(OUTCOMES)})",
            )


def _resets(folder: Folder) -> Iterator[Finding]:
    """Check that an outcome that resets is an outcome. Statuses and event types may be any text."""
    for row in folder.rows["resets"]:
        if row["trigger_type"] == "outcome" and row["trigger_value"].lower() not in OUTCOMES:
            yield row.finding(
                "trigger_value", expected_one_of(row["trigger_value"], OUTCOMES, "an outcome")
            )
